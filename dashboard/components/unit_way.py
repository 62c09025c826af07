"""The way from a list that names units to 单位画像, where each of their figures has its rows."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from dashboard.components.page_way import page_way


def unit_way(units: pd.DataFrame, month: str, *, key: str) -> None:
    """Choose one of the units listed (unit_id, unit_name) and open its 单位画像 of ``month``."""
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
        page_way("看单位画像", "unit", key=f"{key}_way", unit=chosen, month=month)
