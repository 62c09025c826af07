"""单位画像: where a unit stands in both trees in a month."""

from __future__ import annotations

from functools import partial

import pandas as pd
import streamlit as st

from dashboard import data
from dashboard.components.page import empty_state
from dashboard.components.trace import Trace, trace_button
from dashboard.components.unplaced import lacking
from dashboard.escape import markdown
from dashboard.format import count, day_label, month_label, percent
from pipelines.domain.catalog import datasets

TREES = {"party": "党组织", "admin": "行政单位"}


def places(unit_id: str, month: str, absent: str | None) -> None:
    """The path in the own tree, path and share of each partner in the other, or why ``absent``."""
    path = data.query("unit_path", unit_id=unit_id, month=month)
    if absent:
        st.text(f"本单位 {absent}，{month_label(month)}不在组织树里。")
        return
    if path.empty:
        empty_state(
            f"{month_label(month)}的单位名册里没有这个单位。",
            "请换一个月份，或到“上传入库”核对单位名册的成立日期和撤销日期。",
        )
        return
    lines = [f"- **{TREES[path['tree'].iloc[0]]}**：{_way(path)}"]
    beside = data.query("unit_partners", unit_id=unit_id, month=month)
    for _, partner in beside.iterrows():
        way = data.query("unit_path", unit_id=partner["unit_id"], month=month)
        name = _way(way) if len(way) else markdown(partner["unit_name"])
        lines.append(f"- **组织对照 · {TREES[partner['tree']]}**：{name}，{_share(partner)}")
    if beside.empty:
        why = "本级当月没有直接的对照，下级的见各下级单位"
        if lacking("unit_bridge"):
            why = "还没有提交，活动计不到行政单位"
        lines.append(f"- **组织对照**：{why}。")
    st.markdown("\n".join(lines))
    trace_button(partial(_trace, unit_id, path["unit_name"].iloc[-1]), key="places_trace")


def _trace(unit_id: str, name: str) -> Trace:
    rows = data.query("unit_place_rows", unit_id=unit_id)
    labels = rows["dataset"].map(lambda each: datasets()[each].label)
    return Trace(
        title=f"{name} · 在两棵组织树里的位置",
        definition="单位名册写上级和起止日期，组织对照写党组织与行政单位之间的份额。",
        formula="按当月有效的行；份额留空的，在这个党组织当月的对照单位之间平分",
        again=f"名册和组织对照里写到本单位的共 {count(len(rows))} 行。",
        rows=rows,
        shown=pd.DataFrame(
            {
                "数据表": labels,
                "内容": rows["content"],
                "份额": rows["share"],
                "开始": [day_label(each) for each in rows["valid_from"]],
                "结束": [day_label(each) for each in rows["valid_to"]],
            }
        ),
        stem=f"unit_places_{unit_id}",
    )


def _way(path: pd.DataFrame) -> str:
    return " › ".join(markdown(name) for name in path["unit_name"])


def _share(partner: pd.Series) -> str:
    if partner["tree"] == "admin":
        return f"本党组织活动的 {percent(partner['share'])} 计到该单位"
    return f"该党组织活动的 {percent(partner['share'])} 计到本单位"
