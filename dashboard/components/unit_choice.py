"""The choice of one unit of either tree, kept in the address by its code."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from dashboard import data
from dashboard.components.unit_profile import TREES
from dashboard.escape import markdown

CHOSEN, LAST = "profile_unit", "profile_last"


def unit_select(units: pd.DataFrame) -> str:
    """A unit of either tree by name or code; its code is ?unit= in the address."""
    labels = {
        row["unit_id"]: f"{row['unit_name']} · {TREES[row['tree']]} · {row['unit_id']}"
        for _, row in units.iterrows()
    }
    if st.session_state.get(CHOSEN) not in labels:
        st.session_state[CHOSEN] = _first_unit(list(labels))
    chosen = st.selectbox(
        "单位（输入名称或代码查找，两棵组织树都可以）",
        list(labels),
        format_func=lambda each: labels.get(each, each),
        key=CHOSEN,
    )
    st.session_state[LAST] = chosen
    st.query_params["unit"] = chosen
    return chosen


def _first_unit(unit_ids: list[str]) -> str:
    """The unit of the address, else the one looked at last, else the first that reports KPIs."""
    wanted = st.query_params.get("unit") or st.session_state.get(LAST)
    if wanted in unit_ids:
        return wanted
    if wanted:
        st.info(markdown(f"网址里的单位“{wanted}”不在单位名册里，请在下面重新选择。"))
    reporting = set(data.query("unit_reporting")["unit_id"])
    return next((each for each in unit_ids if each in reporting), unit_ids[0])
