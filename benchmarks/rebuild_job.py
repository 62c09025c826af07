"""One small change to a store with a published mart, and the build that follows it."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import pandas as pd

from benchmarks.compare import TOLERANCE
from benchmarks.prepare import NOW, accept
from benchmarks.product_job import build, forget
from pipelines import store
from pipelines.domain.statements import LinkDecision
from pipelines.ledger import Ledger
from pipelines.models import models
from pipelines.queries import open_mart
from pipelines.reuse import TRACES
from pipelines.settings import Settings
from pipelines.transform import current_build_id
from pipelines.warehouse import Mart, checking

CHANGES = {
    "kpi": "一个单位最后一个月的指标更正",
    "activities": "一个单位最后一个月的活动更正",
    "month": "一个单位报来新一个月的活动",
    "link": "一条挂接决定",
}
_DATASETS = {
    "kpi": ("kpi_values", "actual"),
    "activities": ("activities", "present_count"),
    "month": ("activities", "present_count"),
}


def change(settings: Settings, what: str) -> None:
    """Accept or state the change ``what`` of CHANGES."""
    ledger = Ledger(settings)
    if what == "link":
        confirmed = LinkDecision(
            record_id="",
            keyword="质量",
            target_kind="kpi",
            target_id="K01",
            state="confirmed",
            reason="",
        )
        ledger.state([confirmed], by="测量", at=NOW)
    else:
        name, figure = _DATASETS[what]
        upload_id = f"U{len(ledger.active()) + 1:04d}"
        rows = _corrected(settings, ledger, name, figure)
        accept(settings, ledger, name, _a_month_on(rows) if what == "month" else rows, upload_id)
    ledger.close()


def rebuild(settings: Settings) -> tuple[dict[str, float], dict[str, int]]:
    """Seconds by layer and rows, as of the product's build."""
    return build(settings)


def set_aside(settings: Settings) -> Path:
    """Take the published mart out of the store, so that all is made anew; where it is now."""
    aside = settings.store_root / "aside" / "before.duckdb"
    aside.parent.mkdir(exist_ok=True)
    (settings.marts / f"{current_build_id(settings)}.duckdb").replace(aside)
    forget(settings)
    return aside


def differing(settings: Settings, before: Path) -> dict[str, int]:
    """Rows by table in which the mart set aside and the published one differ; {} when in none.

    The contents that both builds noted are compared first. Sums of floating-point numbers may
    differ in the last digits: where contents differ, rows are compared with TOLERANCE.
    """
    with closing(open_mart(settings)) as mart, closing(Mart(before, "before")) as old:
        ours, theirs = (_contents(each) for each in (mart, old))
        found = {}
        for model in models():
            if ours.get(model.name) != theirs.get(model.name):
                path = before.parent / "rows.parquet"
                mart.frame(f"from {model.name}").to_parquet(path)
                found[model.name] = _unlike(settings, before, path, model.name, model.grain)
    return {name: count for name, count in found.items() if count}


def _contents(mart: Mart) -> dict[str, str]:
    frame = mart.frame(f"select table_name, content from {TRACES}")  # noqa: S608 - ours
    return dict(zip(frame["table_name"], frame["content"], strict=True))


def _unlike(settings: Settings, mart: Path, rows: Path, name: str, grain: tuple[str, ...]) -> int:
    with checking(settings, rows, mart) as connection:
        columns = connection.execute(f"describe mart_file.{name}").fetchall()
        same = [
            f"coalesce(abs(a.{each[0]} - b.{each[0]}) <= {TOLERANCE} * (1 + abs(b.{each[0]})), "
            f"a.{each[0]} is null and b.{each[0]} is null)"
            if each[1] == "DOUBLE"
            else f"a.{each[0]} is not distinct from b.{each[0]}"
            for each in columns
        ]
        matched = " and ".join(f"a.{each} is not distinct from b.{each}" for each in grain)
        answer = connection.execute(
            f"select count(*) from mart_file.{name} as a full join read_parquet($path) as b "  # noqa: S608
            f"on {matched} where not ({' and '.join(same)})",
            {"path": str(rows)},
        ).fetchone()
    return answer[0]


def _corrected(settings: Settings, ledger: Ledger, name: str, figure: str) -> pd.DataFrame:
    """The rows of one unit in the last month of the newest upload, each figure one higher."""
    newest = max((each for each in ledger.active() if each.dataset == name), key=lambda e: e.seq)
    frame = pd.read_parquet(store.accepted_path(settings, newest.upload_id))
    month = frame["month"] if "month" in frame else frame["start_at"].dt.strftime("%Y-%m")
    last = frame[month == month.max()]
    part = last[last["unit"] == last["unit"].iloc[0]].copy()
    part[figure] = part[figure] + 1
    return part[[each for each in part if not each.startswith("_")]]


def _a_month_on(rows: pd.DataFrame) -> pd.DataFrame:
    """Activities of one month as those of the next one, under numbers of their own."""
    days = [each for each in ("start_at", "end_at", "recorded_at") if each in rows]
    moved = rows.assign(record_id=[f"{each}-N" for each in rows["record_id"]])
    moved[days] = moved[days] + pd.DateOffset(months=1)
    return moved
