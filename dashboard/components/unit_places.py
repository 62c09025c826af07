"""单位画像: where a unit stands in both trees in a month."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from dashboard import data
from dashboard.components.page import empty_state
from dashboard.components.unplaced import lacking
from dashboard.escape import markdown
from dashboard.format import month_label, percent

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


def _way(path: pd.DataFrame) -> str:
    return " › ".join(markdown(name) for name in path["unit_name"])


def _share(partner: pd.Series) -> str:
    if partner["tree"] == "admin":
        return f"本党组织活动的 {percent(partner['share'])} 计到该单位"
    return f"该党组织活动的 {percent(partner['share'])} 计到本单位"
