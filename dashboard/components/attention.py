"""需关注: lists that name the unit, the figure and what is missing; none of them ranks units."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import pandas as pd
import streamlit as st

from dashboard import data
from dashboard.components.activity_lineage import activities_trace
from dashboard.components.followups import followups_table, items_trace, listed
from dashboard.components.tables import csv_download
from dashboard.components.trace import Trace, trace_button
from dashboard.components.unit_way import unit_way
from dashboard.escape import markdown
from dashboard.format import MISSING, count, number, percent
from dashboard.sentences import MonthFigures, overdue_items

INDEX = "达成指数"
UNJUDGED = "本月没有一项指标判断得了达成，所以列不出来；缺目标或指标库，补上后自动列出。"
UNREACHED = "党建活动还计不到行政单位，判断不了；请提交党建活动台账和组织对照。"
OPEN_ROWS = 5  # a short list is read at once, a long one is opened by choice


def attention(figures: MonthFigures) -> None:
    """The four lists, each with its count; an empty one says so in one line."""
    weak = figures.weak
    judged = figures.totals["attainment_rate"].notna().any()
    reached = not data.query("activity_unit_month").empty
    if not judged:
        st.markdown(f"**指标低于预警线**：{UNJUDGED}")
    else:
        _weak(weak, figures.month, reached=reached)
        title = f"活动较多而{INDEX}低于预警线"
        nothing = "没有这样的单位。" if reached else UNREACHED
        _list(title, busy_table(figures.busy), nothing, "busy", (figures.busy, figures.month))
    late = overdue_items(figures.items)
    title, nothing = "督办整改逾期未结（月末）", "月末没有逾期未结的事项。"
    make = partial(items_trace, late, figures.month)
    _list(title, followups_table(late), nothing, "overdue", show=listed, make=make)


def _weak(weak: pd.DataFrame, month: str, *, reached: bool) -> None:
    """Both lists of weak figures; without activities by unit nobody can be said to have none."""
    silent = weak[weak["activity_count_3m"].fillna(0) == 0]
    title = "指标薄弱而近三个月无活动记录"
    if reached or weak.empty:
        _list(title, weak_table(silent), "没有这样的单位和指标。", "weak_silent", (silent, month))
    else:
        st.markdown(f"**{title}**：{UNREACHED}")
    title = "指标低于预警线（全部）"
    _list(title, weak_table(weak), "没有低于预警线的指标。", "weak_all", (weak, month))


def late_records(activities: pd.DataFrame, month: str) -> None:
    """Activities of the month by type with the share recorded late."""
    nothing, make = "本月没有党建活动记录。", partial(activities_trace, month)
    _list("党建活动与录入时限", activities_table(activities), nothing, "late", make=make)


def _list(
    title: str,
    table: pd.DataFrame,
    nothing: str,
    stem: str,
    units: tuple[pd.DataFrame, str] | None = None,
    *,
    show: Callable[..., None] | None = None,
    make: Callable[[], Trace] | None = None,
) -> None:
    """``units``: the rows with unit_id and unit_name, and the month to look at them in. ``show``
    writes the table when it is not a plain one; ``make``: 从哪来 of a list that is not of units."""
    if table.empty:
        st.markdown(f"**{markdown(title)}**：{markdown(nothing)}")
        return
    with st.expander(f"**{markdown(title)}**：{len(table)} 项", expanded=len(table) <= OPEN_ROWS):
        if show is None:
            st.dataframe(table, hide_index=True, placeholder=MISSING, alt=title)
        else:
            show(table, key=f"attention_{stem}")
        if units is not None:
            unit_way(*units, key=f"attention_{stem}")
        if make is not None:
            trace_button(make, key=f"attention_{stem}_trace")
        csv_download(table, file_stem=f"attention_{stem}")


def weak_table(weak: pd.DataFrame) -> pd.DataFrame:
    """weak_links under Chinese names, in the order of the query."""
    return pd.DataFrame(
        {
            "单位": weak["unit_name"],
            "指标": weak["kpi_name"],
            "达成率": _each(percent, weak["attainment_rate"]),
            "近三个月活动（次）": _each(_one, weak["activity_count_3m"]),
        }
    )


def busy_table(busy: pd.DataFrame) -> pd.DataFrame:
    """busy_unmoved under Chinese names."""
    return pd.DataFrame(
        {
            "单位": busy["unit_name"],
            INDEX: _each(percent, busy["attainment_rate"]),
            "近三个月活动（次）": _each(_one, busy["activity_count_3m"]),
            "各单位中位数（次）": _each(_one, busy["median_activity_count_3m"]),
        }
    )


def activities_table(activities: pd.DataFrame) -> pd.DataFrame:
    """activity_month_totals under Chinese names."""
    share = activities["late_count"] / activities["activity_count"]
    return pd.DataFrame(
        {
            "活动类型": activities["activity_type"],
            "次数": _each(count, activities["activity_count"]),
            "上月次数": _each(count, activities["previous_activity_count"]),
            "举办的党组织": _each(count, activities["unit_count"]),
            "参加人次": _each(count, activities["participant_count"]),
            "补录": _each(count, activities["late_count"]),
            "补录占比": _each(percent, share),
        }
    )


def _one(value: float) -> str:
    return number(value, 1)


def _each(text: Callable[[object], str], values: pd.Series) -> list[str]:
    return [text(value) for value in values]
