"""Choices that several pages share; each keeps its value in the address."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from dashboard.components.addressed import addressed_select
from dashboard.format import month_label

HALF_LIVES = [3, 6, 12, 24]
SATURATIONS = {"不计": None, "平缓": 1.0, "较陡": 2.0}


def month_select(months: pd.DataFrame) -> str:
    """A month with KPI figures, the newest by default; ?month= in the address."""
    listed = months["month"].tolist()
    return addressed_select("月份", listed, key="month", default=listed[0], format_func=month_label)


def floor_input(default: float) -> float:
    """The attainment below which a figure is not 预警 but 未达成, 0–1; ?floor= in percent."""
    percent = st.number_input(
        "预警线（达成率 %）",
        min_value=50,
        max_value=99,
        value=round(default * 100),
        step=1,
        key="floor",
        bind="query-params",
        help="低于 100% 但不低于预警线的记为“预警”。没有统一规定，默认 90%，可按本单位规定修改。",
    )
    return percent / 100


def half_life_choice() -> int:
    """Months in which an activity loses half its place in the stock; ?halflife= in the address."""
    return st.segmented_control(
        "半衰期（月）",
        HALF_LIVES,
        default=6,
        required=True,
        key="halflife",
        bind="query-params",
        help="过这么多个月，一次活动在存量里只剩一半。没有统一规定，默认 6 个月。",
    )


def regular_rate_input(regular: float) -> float:
    """Activities a month behind the rule of the latent axis; ?rate= in the address."""
    return st.number_input(
        "参照：每月规定活动次数",
        min_value=0.5,
        max_value=50.0,
        value=min(max(round(regular, 1), 0.5), 50.0),
        step=0.1,
        format="%.1f",
        key="rate",
        bind="query-params",
        help="默认按月末有效的规则中支部的规定次数相加，按一个支部计；对应多个支部的单位请自行调高。",
    )


def saturation_choice() -> float | None:
    """Slope of the saturation of the scenario, None without one; ?saturation= in the address."""
    chosen = st.segmented_control(
        "饱和（希尔曲线）",
        list(SATURATIONS),
        default="不计",
        required=True,
        key="saturation",
        bind="query-params",
        help="次数越多，每多一次折得越少；到参照线时为一半。是约定的算法，不是测出来的。",
    )
    return SATURATIONS[chosen]
