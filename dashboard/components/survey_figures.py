"""The two drawings of the page 问卷: the soft–hard gap and the shares of one question."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import pandas as pd
import streamlit as st

from dashboard.charts.interval_dots import interval_dots
from dashboard.components.addressed import addressed_select
from dashboard.components.figure import figure
from dashboard.components.page import empty_state, source_note
from dashboard.components.sources import as_of
from dashboard.components.survey_lineage import survey_trace
from dashboard.components.tables import csv_download, table
from dashboard.components.trace import Trace, trace_button
from dashboard.surveys import gap_rows, gap_title, gaps_table, share_rows, shares_table

KNOWN = "只有题号和全部选项都与登记的八道封闭题一致，才比较软硬。"


def gap_section(gaps: pd.DataFrame, survey: str, make: Callable[[], Trace]) -> None:
    """Party side less business side; an empty state when no question is known."""
    st.subheader("软硬差", anchor=False)
    if gaps.empty:
        empty_state("没有可以比较的软硬题。", KNOWN)
        return
    figure(
        interval_dots(gap_rows(gaps), difference=True),
        title=gap_title(gaps),
        subtitle="软减硬，单位：百分点；0 左边是党建方面低于业务方面；"
        "横线为 95% 区间（同一批人回答两题，取最宽的区间）。",
        alt="各题各类人员的软硬差和区间，数值见数据表。",
        table=gaps_table(gaps),
        file_stem="survey_gaps",
        source=f"来源：问卷汇总“{survey}”；{as_of()}",
    )
    trace_button(make, key="survey_gaps_trace")
    source_note(KNOWN)


def question_section(cells: pd.DataFrame, names: dict[str, str], survey: str) -> None:
    """The shares of the chosen question; below, those of all questions as a table."""
    st.subheader("各题选择比例", anchor=False)
    question = addressed_select(
        "题目", list(names), key="question", default=next(iter(names)), format_func=names.get
    )
    rows = cells[cells["question_id"] == question]
    if names[question] == question:
        st.info(f"这一题没有登记，照样显示比例，不比较软硬。{KNOWN}")
    if rows.empty:
        empty_state("这一类人员没有答这一题。", "请换一题，或选“全部人员类别”。")
        return
    figure(
        interval_dots(share_rows(rows), difference=False),
        title=f"{names[question]}：各选项的比例",
        subtitle="点为选择比例，横线为 95% 区间；没有人选或人人都选的只给界限。",
        alt=f"{names[question]}，各选项各类人员的比例和区间，数值见数据表。",
        table=shares_table(rows, names),
        file_stem="survey_question",
        source=f"来源：问卷汇总“{survey}”；{as_of()}",
    )
    trace_button(partial(survey_trace, rows, names), key="survey_question_trace")
    with st.expander("全部题目的数据表"):
        everything = shares_table(cells, names)
        table(everything, alt="全部题目的选择比例")
        csv_download(everything, file_stem="survey_shares")
