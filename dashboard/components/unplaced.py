"""What is stored and yet on no page, and which datasets are still missing, with what to do."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from dashboard import data
from dashboard.components.bridge_gap import gap_list
from dashboard.components.page import source_note
from dashboard.components.tables import csv_download, table
from dashboard.components.trace import Trace, trace_button
from dashboard.escape import markdown
from dashboard.format import count, month_label
from pipelines.domain.catalog import datasets

REASONS = {
    "not_valid_then": (
        "名册里有这个名称，当月已停用或还没有启用（改名、合并、撤销、新设）",
        "改名的在新名称那一行补上旧名作别名；撤并的请核对当月由谁报；或改正起止日期",
    ),
    "unknown_unit": (
        "单位名册里没有这个单位，或同一写法指两个单位",
        "核对写法，或在单位名册里补上名称、别名和起止日期",
    ),
    "unit_of_measure": ("计量单位换算不了", "核对月报和指标库的计量单位"),
    "no_bridge": (
        "党组织当时没有组织对照，或对照的行政单位当时不在名册，活动计不到行政单位",
        "提交或更新组织对照；单位撤并、拆分后要补上承接单位的对照",
    ),
}
CAUSES = {  # of one row; of a spelling REASONS says more
    "unit": "单位对应不到当月名册",
    "unit_of_measure": "计量单位换算不了",
    "no_bridge": "党组织当月没有组织对照",
}
WANTED = {  # in the order in which they are best handed in; what is not there without each
    "units": "两棵组织树和单位名称都靠它",
    "kpi_definitions": "没有它，达成率没有方向和口径",
    "kpi_values": "没有它，没有业务一侧的数",
    "unit_bridge": "没有它，党组织的活动计不到行政单位",
    "activities": "没有它，没有党建一侧的记录",
    "actions": "没有它，看不到决议和整改办没办结",
    "key_tasks": "没有它，看不到重点任务的步骤灯和阶段覆盖",
}
SECTION = "没有显示在看板上的行"


def missing_note() -> None:
    """Which datasets are missing and how many rows are not shown; nothing when all is there."""
    lines = [*missing_words(data.query("dataset_rows"))]
    rows = unplaced_count()
    if rows:
        lines.append(f"有 {count(rows)} 行已入库、没有显示，原因见“数据质量”的“{SECTION}”。")
    if lines:
        st.info("\n".join(f"- {markdown(each)}" for each in lines))


def unplaced_count() -> int:
    """Stored rows that are on no page; 0 before the first build."""
    if not data.has_mart():
        return 0
    return int(data.query("unresolved_rows")["row_count"].sum())


def missing_words(there: pd.DataFrame) -> list[str]:
    """One line that names every absent dataset with what depends on it; ``there``: dataset_rows."""
    held = dict(zip(there["dataset"], there["row_count"], strict=True))
    absent = [name for name in WANTED if not held.get(name)]
    if not absent:
        return []
    told = "；".join(f"{datasets()[name].label}（{WANTED[name]}）" for name in absent)
    return [f"还没有：{told}。到“上传入库”提交后自动补上。"]


def lacking(*names: str) -> str:
    """The labels of those datasets of which nothing is in force, joined; empty when none is. All
    of them before the first build."""
    held = {}
    if data.has_mart():
        there = data.query("dataset_rows")
        held = dict(zip(there["dataset"], there["row_count"], strict=True))
    return "、".join(datasets()[name].label for name in names if not held.get(name))


def unplaced_rows() -> None:
    """The section on 数据质量."""
    st.header(SECTION, anchor="unplaced")
    found = data.query("unresolved_rows")
    if found.empty:
        st.text("已入库的行都对应到了单位。")
        gap_list()
        return
    shown = unplaced_table(found)
    st.markdown(
        f"共 {count(found['row_count'].sum())} 行，已入库、没有删除；按下面的办法补好后，"
        "重新汇总自动显示。"
    )
    table(shown, alt="没有显示在看板上的行：数据表、单位写法、原因和怎么办", max_rows=10)
    csv_download(shown, file_stem="没有显示的行")
    trace_button(_trace, key="unplaced_trace")
    source_note("按单位的写法合并。改名、合并、撤销的单位按当月的名册认，见单位名册的起止日期。")
    gap_list()


def _trace() -> Trace:
    rows = data.query("unresolved_places")
    return Trace(
        title=SECTION,
        definition="已入库、但对应不到当月单位、到不了行政单位，或计量单位换算不了的行。",
        formula="数行数，按数据表、单位的写法和原因合并成上表",
        again=f"由下面各行数得，共 {count(len(rows))} 行。",
        rows=rows,
        shown=pd.DataFrame(
            {
                "数据表": [datasets()[each].label for each in rows["dataset"]],
                "单位的写法": rows["unit_text"],
                "月份": [month_label(each) for each in rows["month"]],
                "原因": rows["cause"].map(CAUSES),
            }
        ),
        stem="unplaced_rows",
    )


def unplaced_table(found: pd.DataFrame) -> pd.DataFrame:
    """unresolved_rows under Chinese names."""
    return pd.DataFrame(
        {
            "数据表": [datasets()[each].label for each in found["dataset"]],
            "单位的写法": found["unit_text"],
            "行数": found["row_count"],
            "原因": [REASONS[each][0] for each in found["reason"]],
            "怎么办": [REASONS[each][1] for each in found["reason"]],
            "文件": found["file_name"],
        }
    )
