"""The parts of the page 问卷: differences between groups and waves, and the source rows."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from dashboard import data
from dashboard.components.page import empty_state, source_note
from dashboard.components.tables import csv_download, table
from dashboard.escape import markdown
from dashboard.format import MISSING, count, month_label
from dashboard.surveys import (
    HIDDEN_TEXT,
    NO_DIFFERENCE,
    difference_lines,
    differences_table,
    response_sentence,
    response_table,
)
from pipelines.analysis.suppression import HIDDEN, MINIMUM

TOLD = 8  # differences in sentences
SOURCE = {
    "question_id": "题号",
    "option": "选项",
    "stratum": "人员类别",
    "file_name": "文件",
    "sheet": "工作表",
    "source_row": "行",
    "upload_id": "批次",
}


def response_section(cells: pd.DataFrame) -> None:
    """How many answered, group by group, and what that leaves open."""
    st.subheader("回收率", anchor=False)
    st.markdown(markdown(response_sentence(cells)))
    rows = response_table(cells)
    table(rows, alt="各类人员的发放份数、有效样本数和回收率")
    csv_download(rows, file_stem="survey_response")


def group_section(found: pd.DataFrame, names: dict[str, str]) -> None:
    """Every group against the largest one."""
    st.subheader("人员类别之间", anchor=False)
    if not (found["status"] != HIDDEN).any():
        empty_state("没有可以比较的人员类别。", "至少要有两类人员的人数达到 10，才作比较。")
        return
    other = found["other"].iloc[0]
    shown = differences_table(found, names, lower=f"低于{other}", higher=f"高于{other}")
    _told(shown, f"和人数最多的“{other}”比", "survey_groups")
    source_note("按两类不同的人计算区间；同一个人属于两类时，区间偏宽。")


def wave_section(found: pd.DataFrame, names: dict[str, str]) -> None:
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
    _told(shown, f"和{before}比", "survey_waves")
    source_note("按两次不同的人计算区间。差只说明前后不同，不说明原因。")


def _told(shown: pd.DataFrame, against: str, file_stem: str) -> None:
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


def chance_sentence(made: int) -> str:
    """How many of ``made`` comparisons at 95 % show a difference by chance alone."""
    expected = made * 0.05
    times = "不到 1 次" if expected < 1 else f"约有 {count(expected)} 次"
    return f"逐次比较，没有校正；{count(made)} 次里{times}可能只是偶然。"


def source_section(cells: pd.DataFrame) -> None:
    """File and row of every cell that is shown; those of hidden cells are withheld, and said."""
    shown = cells[cells["status"] != HIDDEN]
    withheld = len(cells) - len(shown)
    with st.expander("从哪来：来源行和设置"):
        if withheld:
            st.markdown(markdown(f"另有 {withheld} 行不列出：它们对应的格子已隐去。"))
        rows = shown[list(SOURCE)].rename(columns=SOURCE).fillna({"工作表": MISSING})
        table(rows, alt="问卷汇总的来源行")
        csv_download(rows, file_stem="survey_rows")
        source_note(
            f"设置：人数不足 {MINIMUM} 的群体隐去；区间 95%（比例 Wilson，差 Newcombe）；"
            f"没有随机数，同样的数据得同样的结果；汇总版本 {data.build_id()}。"
        )
