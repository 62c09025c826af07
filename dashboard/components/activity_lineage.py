"""从哪来 of the activities of a month by type: how often, by whom, how many took part, how late."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from dashboard import data
from dashboard.components.trace import Trace, month_switch
from dashboard.format import count, month_label, percent
from pipelines.integrity.thresholds import late_days

EVERY_TYPE = "全部类型"


def activities_trace(month: str) -> Trace:
    """Of one type or of all, in the month or in the one before, chosen in the dialog."""
    month = month_switch(month, key="activities_month")
    rows = data.query("activity_rows", month=month)
    kinds = [EVERY_TYPE, *sorted(rows["activity_type"].unique())]
    kind = st.selectbox("看哪类活动", kinds, key="activities_kind")
    if kind != EVERY_TYPE:
        rows = rows[rows["activity_type"] == kind]
    return Trace(
        title=f"{kind} · {month_label(month)}",
        definition=(
            "单位在名册里的党建活动，每次按举办的组织计一次；"
            f"补录指举办 {late_days()} 天以后才登记。"
        ),
        formula="次数 = 行数；举办的党组织 = 不同单位数；参加人次 = Σ 人次；补录占比 = 补录 ÷ 次数",
        again=activities_sentence(rows),
        rows=rows,
        shown=pd.DataFrame(
            {
                "党组织": rows["unit_name"],
                "活动类型": rows["activity_type"],
                "内容": rows["title"],
                "人次": rows["present_count"],
                "补录": rows["is_late"].map({1: "是", 0: ""}),
            }
        ),
        stem=f"activity_rows_{month}",
    )


def activities_sentence(rows: pd.DataFrame) -> str:
    """The figures of a line of the table once more, from rows of ``activity_rows``."""
    if rows.empty:
        return "没有活动。"
    late = rows["is_late"].sum()
    return (
        f"由 {count(len(rows))} 行重算：{count(len(rows))} 次，"
        f"举办的党组织 {count(rows['unit_id'].nunique())} 个，"
        f"参加 {count(rows['present_count'].sum())} 人次，"
        f"补录 {count(late)} 次，占 {percent(late / len(rows))}。"
    )
