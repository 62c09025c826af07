"""One small change to a store with a published mart, and the build that follows it."""

from __future__ import annotations

import pandas as pd

from benchmarks.prepare import NOW, accept
from benchmarks.product_job import build
from pipelines import store
from pipelines.domain.statements import LinkDecision
from pipelines.ledger import Ledger
from pipelines.settings import Settings

CHANGES = {
    "kpi": "一个单位最后一个月的指标更正",
    "activities": "一个单位最后一个月的活动更正",
    "link": "一条挂接决定",
}
_DATASETS = {"kpi": ("kpi_values", "actual"), "activities": ("activities", "present_count")}


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
        accept(settings, ledger, name, _corrected(settings, ledger, name, figure), upload_id)
    ledger.close()


def rebuild(settings: Settings) -> tuple[dict[str, float], dict[str, int]]:
    """Seconds by layer and rows, as of the product's build."""
    return build(settings)


def _corrected(settings: Settings, ledger: Ledger, name: str, figure: str) -> pd.DataFrame:
    """The rows of one unit in the last month of the newest upload, each figure one higher."""
    newest = max((each for each in ledger.active() if each.dataset == name), key=lambda e: e.seq)
    frame = pd.read_parquet(store.accepted_path(settings, newest.upload_id))
    month = frame["month"] if "month" in frame else frame["start_at"].dt.strftime("%Y-%m")
    last = frame[month == month.max()]
    part = last[last["unit"] == last["unit"].iloc[0]].copy()
    part[figure] = part[figure] + 1
    return part[[each for each in part if not each.startswith("_")]]
