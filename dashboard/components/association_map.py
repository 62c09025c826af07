"""All pairs at one lag as a heatmap; a click on a cell chooses its pair."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd
import streamlit as st

from dashboard import data
from dashboard.associations import (
    JUDGING,
    cells_at,
    counts_in_words,
    heatmap_table,
    kpi_labels,
    lag_sentence,
    unjudged,
)
from dashboard.charts.heatmap import association_heatmap, picked_pair
from dashboard.charts.lag_profile import lag_label
from dashboard.components.figure import figure
from dashboard.components.page import empty_state
from dashboard.components.pair import NEEDED
from dashboard.components.sources import analysis_source
from pipelines.analysis_runs import Outcome

STEM = "association"
READ_IT = (
    "格内为 r，蓝同向、棕反向，颜色固定 −1—1；黑框 = 较强证据或线索，"
    "只有框内落在窗口里的格才上满色，其余都淡；空白 = 数据不足，或各滞后分不开。"
)
UNJUDGED = (
    "格内为 r，蓝同向、棕反向，颜色固定 −1—1；判断还没有出来，一律淡；"
    "空白 = 数据不足，或各滞后分不开。"
)
MAX_LAG = 12


def lag_choice() -> int:
    """How many months the activity comes before the KPI; in the address."""
    return st.slider(
        "活动早于指标几个月", 0, MAX_LAG, 0, key="lag", bind="query-params", format="%d 个月"
    )


def first_map(found: Outcome, *, choose: Callable[[str, str], None]) -> None:
    """The map of ``association_first`` while the pairs are being judged; nothing has a colour."""
    pairs = found.frames["pairs"]
    if pairs.empty:
        return
    pairs = unjudged(pairs.assign(kpi_name=kpi_labels(pairs["kpi"], data.query("kpis"))))
    lag = lag_choice()
    association_map(cells_at(pairs, found.frames["cells"], lag), lag, choose=choose)


def association_map(cells: pd.DataFrame, lag: int, *, choose: Callable[[str, str], None]) -> None:
    """``cells`` of ``cells_at``; ``choose(kpi, activity_type)`` is called for a cell clicked."""
    if cells["r"].isna().all():
        empty_state(f"{lag_label(lag)}：数据不足，每一格都算不出来。", NEEDED)
        return

    def picked() -> None:
        pair = picked_pair(st.session_state[STEM]["selection"])
        if pair is not None:
            choose(*pair)

    title = lag_sentence(cells, lag)
    read_it = UNJUDGED if (cells["pair_state"] == JUDGING).all() else READ_IT
    figure(
        association_heatmap(cells),
        title=title,
        subtitle=f"{read_it}每格 n = {counts_in_words(cells)} 个单位月。",
        alt=f"{title}。行为指标，列为活动类型，格内为 r。",
        table=heatmap_table(cells),
        file_stem=STEM,
        source=analysis_source(),
        on_select=picked,
    )
