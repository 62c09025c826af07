"""The parts of the page 问卷: differences between groups and waves, and the source rows."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd
import streamlit as st

from dashboard import data
from dashboard.components.page import empty_state, source_note
from dashboard.components.survey_lineage import survey_trace
from dashboard.components.tables import csv_download, table
from dashboard.components.trace import Trace, trace, trace_button
from dashboard.escape import markdown
from dashboard.format import count, month_label
from dashboard.surveys import (
    HIDDEN_TEXT,
    NO_DIFFERENCE,
    difference_lines,
    differences_table,
    response_sentence,
    response_table,
)
from pipelines.analysis.suppression import HIDDEN, MINIMUM

Make = Callable[[], Trace]
TOLD = 8  # differences in sentences


def response_section(cells: pd.DataFrame, make: Make) -> None:
    """How many answered, group by group, and what that leaves open."""
    st.subheader("回收率", anchor=False)
    st.markdown(markdown(response_sentence(cells)))
    rows = response_table(cells)
    table(rows, alt="各类人员的发放份数、有效样本数和回收率")
    csv_download(rows, file_stem="survey_response")
    trace_button(make, key="survey_response_trace")


def group_section(found: pd.DataFrame, names: dict[str, str], make: Make) -> None:
    """Every group against the largest one."""
    st.subheader("人员类别之间", anchor=False)
    if not (found["status"] != HIDDEN).any():
        empty_state("没有可以比较的人员类别。", "至少要有两类人员的人数达到 10，才作比较。")
        return
    other = found["other"].iloc[0]
    shown = differences_table(found, names, lower=f"低于{other}", higher=f"高于{other}")
    _told(shown, f"和人数最多的“{other}”比", "survey_groups", make)
    source_note("按两类不同的人计算区间；同一个人属于两类时，区间偏宽。")


def wave_section(found: pd.DataFrame, names: dict[str, str], make: Make) -> None:
    """This wave against the one before."""
    st.subheader("和上一次比", anchor=False)
    if not (found["status"] != HIDDEN).any():
        empty_state(
            "没有上一次可比。",
            "同一份问卷、同一题、选项没有改过的上一次调查入库后，这里会自动比较；"
            "两次都没有隐去的人员类别才比。",
        )
        return
    before = month_label(found["before"].iloc[0])
    shown = differences_table(found, names, lower="下降", higher="上升")
    _told(shown, f"和{before}比", "survey_waves", make)
    source_note("按两次不同的人计算区间。差只说明前后不同，不说明原因。")


def _told(shown: pd.DataFrame, against: str, file_stem: str, make: Make) -> None:
    """How many are seen, those in sentences, and everything in a table with a download."""
    clear = shown[~shown["判断"].isin([NO_DIFFERENCE, HIDDEN_TEXT])]
    made = int((shown["判断"] != HIDDEN_TEXT).sum())
    st.markdown(
        markdown(f"{against}：共 {count(made)} 次比较，{len(clear)} 次看得出差别，其余看不出差别。")
    )
    source_note(chance_sentence(made))
    for line in difference_lines(clear.head(TOLD)):
        st.markdown(f"- {markdown(line)}")
    if len(clear) > TOLD:
        source_note(f"另有 {len(clear) - TOLD} 处，见全部比较。")
    with st.expander("看全部比较"):
        table(shown, alt=f"{against}，全部选项")
        csv_download(shown, file_stem=file_stem)
    trace_button(make, key=f"{file_stem}_trace")


def chance_sentence(made: int) -> str:
    """How many of ``made`` comparisons at 95 % show a difference by chance alone."""
    expected = made * 0.05
    times = "不到 1 次" if expected < 1 else f"约有 {count(expected)} 次"
    return f"逐次比较，没有校正；{count(made)} 次里{times}可能只是偶然。"


def source_section(cells: pd.DataFrame, names: dict[str, str]) -> None:
    """File and row of every cell that is shown, and the settings."""
    with st.expander("从哪来：来源行和设置"):
        trace(survey_trace(cells, names, stem="survey_rows"))
        source_note(
            f"设置：人数不足 {MINIMUM} 的群体隐去；区间 95%（比例 Wilson，差 Newcombe）；"
            f"没有随机数，同样的数据得同样的结果；汇总版本 {data.build_id()}。"
        )
