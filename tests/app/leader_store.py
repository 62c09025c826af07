"""A small organisation in a temporary store, accepted and built without the upload page."""

from __future__ import annotations

from contextlib import closing
from datetime import date, datetime

import numpy as np
import pandas as pd

from benchmarks.prepare import accept
from pipelines import latent_runs, pair_details, queries, store, transform
from pipelines.analysis_runs import keep
from pipelines.associations import compute, whole_scope
from pipelines.domain.months import month_range
from pipelines.latent_runs import latent_key
from pipelines.ledger import Ledger
from pipelines.pair_details import PairScope
from pipelines.progress import silent
from pipelines.settings import Settings

NOW = datetime(2026, 11, 3, 9, 30)
LAST = "2026-10"
TYPES = ("党课", "主题党日", "党建共建", "支部委员会会议")
KPIS = (  # id, name, unit of measure, direction, placebo, level
    ("K01", "营业收入", "元", "up", False, 4.2e6),
    ("K02", "安全隐患数", "起", "down", False, 12.0),
    ("K03", "客户满意度 <*分*>", "分", "up", False, 88.0),
    ("K04", "库存周转天数", "天", "band", False, 30.0),
    ("K05", "对照：办公用水", "吨", "down", True, 50.0),
)
PLANTED_LAG = 2  # 党课 → K03


def build_store(
    *,
    units: int = 24,
    months: int = 30,
    with_activities: bool = True,
    with_claims: bool = False,
    with_rhythm: bool = False,
    seed: int = 7,
) -> Settings:
    """Fill the store of TONGPIN_STORE and publish. K03 follows 党课 two months later.

    ``with_rhythm``: the last type comes back every other month in every unit.
    """
    settings = Settings()
    span = month_range(_first(months), LAST)
    rng = np.random.default_rng(seed)
    counts = rng.poisson(1.2, (units, len(span), len(TYPES)))
    counts[0, -3:] = 0  # nothing in the last three months
    if with_rhythm:
        counts[:, :, -1] = np.outer(1 + np.arange(units) % 3, np.arange(len(span)) % 2)
    frames = {
        "units": _units(units),
        "unit_bridge": _bridge(units),
        "kpi_definitions": _definitions(),
        "kpi_values": _values(units, span, counts, rng),
        "actions": _actions(),
        "headcounts": _heads(units, span),
    }
    if with_claims:
        frames["latent_claims"] = _claims()
    if with_activities:
        frames["activities"] = _activities(span, counts)
    publish_frames(settings, frames)
    return settings


def publish_frames(settings: Settings, frames: dict[str, pd.DataFrame]) -> None:
    """Accept every frame and publish the build of all of them."""
    store.prepare(settings)
    ledger = Ledger(settings)
    ledger.upgrade()
    for name, frame in frames.items():
        if not frame.empty:
            accept(settings, ledger, name, frame, f"U-{name}", by="经营部分析员", at=NOW)
    transform.build(settings, ledger, now=NOW)
    ledger.close()


def keep_association(settings: Settings) -> None:
    """Compute what 关联分析 opens with, so that a page test does not wait for the worker."""

    def quiet(_share: float, _step: str) -> None:
        return None

    with closing(queries.open_mart(settings)) as mart:
        months = queries.run(mart, "months")["month"]
        scope = whole_scope(months)
        key = scope.key(mart.build_id)
        found = compute(mart, key, quiet)
        keep(settings, key, found)
        tested = found.frames["pairs"].dropna(subset=["q"]).sort_values(["q", "p"])
        for _, pair in tested.head(1).iterrows():
            detail = PairScope(
                scope=scope,
                kpi=pair["kpi"],
                activity_type=pair["activity_type"],
                window_start=int(pair["window_start"]),
                window_end=int(pair["window_end"]),
            ).key(mart.build_id)
            keep(settings, detail, pair_details.compute(mart, detail, quiet))


def keep_latent(settings: Settings) -> None:
    """Compute what 显绩·潜绩 opens with."""
    with closing(queries.open_mart(settings)) as mart:
        key = latent_key(mart.build_id, queries.run(mart, "months")["month"], reach=6)
        keep(settings, key, latent_runs.compute(mart, key, silent))


def _first(months: int) -> str:
    year, month = divmod(2026 * 12 + 9 - (months - 1), 12)
    return f"{year}-{month + 1:02d}"


def _units(units: int) -> pd.DataFrame:
    rows = [("G1", "第一板块", "admin", None), ("P0", "机关党委", "party", None)]
    for i in range(units):
        rows.append((f"A{i:03d}", f"{_name(i)}公司", "admin", "G1"))
        rows.append((f"P{i + 1:03d}", f"{_name(i)}党支部", "party", "P0"))
    frame = pd.DataFrame(rows, columns=["unit_id", "unit_name", "tree", "parent_id"])
    return frame.assign(valid_from=date(2020, 1, 1))


def _name(i: int) -> str:
    return "东南西北"[i % 4] + "城山河湖海江"[i // 4 % 6] + ("" if i < 24 else str(i))


def _bridge(units: int) -> pd.DataFrame:
    rows = [(f"P{i + 1:03d}", f"A{i:03d}", 1.0, date(2020, 1, 1)) for i in range(units)]
    return pd.DataFrame(rows, columns=["party_unit_id", "admin_unit_id", "share", "valid_from"])


def _definitions() -> pd.DataFrame:
    rows = [
        {
            "kpi_id": kpi,
            "name": name,
            "unit_of_measure": unit,
            "direction": direction,
            "band_low": 25.0 if direction == "band" else None,
            "band_high": 35.0 if direction == "band" else None,
            "aggregation": "sum" if unit in ("元", "起", "吨") else "mean",
            "weight": 1.0,
            "is_placebo": placebo,
            "valid_from": date(2020, 1, 1),
        }
        for kpi, name, unit, direction, placebo, _ in KPIS
    ]
    return pd.DataFrame(rows)


def _values(
    units: int, span: list[str], counts: np.ndarray, rng: np.random.Generator
) -> pd.DataFrame:
    rows = []
    for i in range(units):
        size = rng.lognormal(0, 0.5)
        for at, month in enumerate(span):
            season = 1 + 0.1 * np.sin(at / 2)
            lecture = counts[i, at - PLANTED_LAG, 0] if at >= PLANTED_LAG else 1
            for kpi, _, _, _, _, level in KPIS:
                scale = size if kpi in ("K01", "K02") else 1.0
                actual = level * scale * season * (1 + 0.05 * rng.normal())
                if kpi == "K03":
                    actual = level + 1.5 * lecture + rng.normal()
                rows.append((f"A{i:03d}", month, kpi, actual, level * scale))
    return pd.DataFrame(rows, columns=["unit", "month", "kpi", "actual", "target"])


def _activities(span: list[str], counts: np.ndarray) -> pd.DataFrame:
    rows = []
    for i, at, k in zip(*np.nonzero(counts), strict=True):
        for n in range(counts[i, at, k]):
            held = pd.Timestamp(f"{span[at]}-{5 + 4 * n:02d} 09:00")
            late = pd.Timedelta(days=12 if (i + at + n) % 9 == 0 else 1)
            rows.append(
                {
                    "record_id": f"R{i}-{at}-{k}-{n}",
                    "unit": f"P{i + 1:03d}",
                    "activity_type": TYPES[k],
                    "title": f"{TYPES[k]}第{n + 1}次",
                    "start_at": held.to_pydatetime(),
                    "recorded_at": (held + late).to_pydatetime(),
                    "present_count": 12,
                    "training_hours": 2.0,
                }
            )
    return pd.DataFrame(rows)


def _heads(units: int, span: list[str]) -> pd.DataFrame:
    """80 people and more in each unit; the last one reports none, nobody does in 2026-08."""
    told = [month for month in span if month != "2026-08"]
    rows = [(f"A{i:03d}", month, 80 + i) for i in range(units - 1) for month in told]
    return pd.DataFrame(rows, columns=["unit", "month", "staff"])


def _actions() -> pd.DataFrame:
    rows = [
        ("D1", "A001", "补齐三季度安全培训记录", date(2026, 9, 30), "open"),
        ("D2", "A002", "完成台账整改", date(2026, 9, 1), "closed"),
        ("D3", "A003", "持续改进客户走访", None, "open"),
    ]
    return pd.DataFrame(rows, columns=["action_id", "unit", "text", "due_on", "status"])


def _claims() -> pd.DataFrame:
    """One that is due and promised far too much, one that is open, one of a unit unknown, one of
    a branch that stands for A004, one of a party committee that stands for nobody."""
    rows = [
        ("L1", "A001", "客户满意度 <*分*>", "提高30分", "2026-01", "2026-06", date(2026, 7, 15)),
        ("L2", "A002", "K03", "提高1分", "2026-09", "2027-02", date(2027, 3, 15)),
        ("L3", "查无此单位", "K03", "提高1分", "2026-01", "2026-06", date(2026, 7, 15)),
        ("L4", "P005", "K03", "提高30分", "2026-01", "2026-06", date(2026, 7, 15)),
        ("L5", "P0", "K03", "提高30分", "2026-01", "2026-06", date(2026, 7, 15)),
    ]
    names = ["claim_id", "unit", "verifying_kpi", "expected_change"]
    columns = [*names, "window_start", "window_end", "due_on"]
    frame = pd.DataFrame(rows, columns=columns)
    return frame.assign(mechanism="师带徒 <b>培养</b>", owner_post="生产管理岗")
