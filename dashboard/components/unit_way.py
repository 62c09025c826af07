"""From a list that names units: the rows of one of them, and the way to its 单位画像."""

from __future__ import annotations

from functools import partial

import pandas as pd
import streamlit as st

from dashboard.components.page_way import page_way
from dashboard.components.trace import trace_button
from dashboard.components.unit_lineage import unit_trace


def unit_way(units: pd.DataFrame, month: str, *, key: str) -> None:
    """Choose one of the units listed (unit_id, unit_name): 从哪来 of its figures of ``month``, and
    its 单位画像."""
    labels = dict(zip(units["unit_id"], units["unit_name"], strict=True))
    names = list(labels.values())
    chosen = st.selectbox(
        "看哪个单位的明细",
        list(labels),
        index=None,
        placeholder="请选择",
        format_func=lambda each: (
            labels[each] if names.count(labels[each]) == 1 else f"{labels[each]}（{each}）"
        ),
        key=f"{key}_unit",
        filter_mode="fuzzy",
    )
    if chosen is not None:
        with st.container(horizontal=True, vertical_alignment="center"):
            trace_button(partial(unit_trace, chosen, labels[chosen], month), key=f"{key}_trace")
            page_way("看单位画像", "unit", key=f"{key}_way", unit=chosen, month=month)
