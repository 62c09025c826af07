"""Figures beside the monthly ones: of several months, made from year-to-date figures, left out."""

from __future__ import annotations

from functools import partial

import pandas as pd
import streamlit as st

from dashboard import data
from dashboard.components.tables import csv_download, minus
from dashboard.components.trace import Trace, trace_button
from dashboard.format import MISSING, count, month_label
from pipelines.domain.months import shift
from pipelines.domain.periods import Period

DIFFERENCED = "由累计数相减得出"
PROBLEMS = {"unit_of_measure": "计量单位换算不了，没有计入"}
_COLUMNS = {
    "unit_name": "单位",
    "kpi_name": "指标",
    "period": "期间",
    "actual": "实际",
    "target": "目标",
    "unit_of_measure": "计量单位",
    "file_name": "文件",
    "sheet": "工作表",
    "source_row": "行",
}


def beside_the_month(month: str) -> None:
    """What ``month`` has that the cards do not show as reported; nothing if there is none."""
    periods = data.query("kpi_periods", month=month)
    info = data.query("build_info").iloc[0]
    parts = []
    if info["differenced_kpi_row_count"]:
        parts.append(f"全部月份中有 {count(info['differenced_kpi_row_count'])} 个数值{DIFFERENCED}")
    if info["unconverted_kpi_row_count"]:
        parts.append(
            f"{count(info['unconverted_kpi_row_count'])} 个数值的计量单位换算不了，没有计入"
        )
    if parts:
        st.caption("；".join(parts) + "。")
    if periods.empty:
        return
    with st.expander(
        f"当年到{month_label(month)}的跨月数值（{count(len(periods))} 个，不拆到单月）"
    ):
        shown = period_table(periods)
        st.dataframe(
            minus(shown), hide_index=True, placeholder=MISSING, alt="几个月合在一起报的数值"
        )
        csv_download(shown, file_stem=f"periods_{month}")
        trace_button(partial(_trace, periods, month), key="periods_trace")


def _trace(periods: pd.DataFrame, month: str) -> Trace:
    shown = period_table(periods)
    return Trace(
        title=f"当年到{month_label(month)}的跨月数值",
        definition="文件里几个月合在一起报的数，例如一季度、1—2月，原样保存，不拆到单月。",
        formula="不计算，一行一个数；计量单位照文件所写",
        again=f"共 {count(len(periods))} 个数，各来自下面一行。",
        rows=periods,
        shown=shown.drop(columns=["文件", "工作表", "行"]),
        stem=f"period_rows_{month}",
    )


def period_table(periods: pd.DataFrame) -> pd.DataFrame:
    """The rows of ``kpi_periods`` under Chinese names, the period in words."""
    named = periods.assign(
        period=[
            Period(first=shift(last, 1 - int(months)), last=last).label
            for last, months in zip(periods["month"], periods["months"], strict=True)
        ]
    )
    shown = named[list(_COLUMNS)].rename(columns=_COLUMNS)
    return shown.fillna({"工作表": MISSING, "计量单位": MISSING})


def remark(row: pd.Series) -> str:
    """What is special about a source row, blank for one as reported."""
    if row["problem"] in PROBLEMS:
        return PROBLEMS[row["problem"]]
    return DIFFERENCED if row["is_differenced"] else ""
