"""One pair of activity type and KPI: how it looks over all lags, in words and as a chart."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import streamlit as st

from dashboard import data
from dashboard.associations import (
    is_claim,
    late_table,
    lead_sentence,
    pair_sentence,
    profile_table,
    reason_sentence,
)
from dashboard.charts.lag_profile import lag_profile
from dashboard.components.analysis import analysis
from dashboard.components.figure import figure
from dashboard.components.page import empty_state
from dashboard.components.tables import table
from dashboard.escape import markdown
from dashboard.pair_words import missing_sentence
from pipelines.analysis.evidence import INSEPARABLE, THIN
from pipelines.associations import Scope

NEEDED = (
    "需要至少 12 个单位、18 个月同时有指标和活动记录，且至少 8 个单位有这类活动。"
    "缺的月份补报后，这里会自动计算。"
)


def pair_profile(pair: pd.Series, profile: pd.DataFrame, *, source: str) -> None:
    """``pair``: a row of the pairs with ``kpi_name``; ``profile``: its rows of the lags."""
    title = pair_sentence(pair)
    if pair["state"] == THIN:
        empty_state(f"{title}。", NEEDED)
        return
    if profile.loc[profile["lag"] >= 0, "effect"].isna().all():
        st.markdown(f"**{markdown(title)}**")
        empty_state(
            f"各个滞后的图没有画：{INSEPARABLE}。", "整个窗口合起来的判断在下面；可以换一类活动。"
        )
    else:
        _drawn(pair, profile, title=title, source=source)
    st.markdown(markdown(reason_sentence(pair)))
    st.caption(markdown(lead_sentence(pair)))
    st.caption(markdown(missing_sentence(pair)))


def _drawn(pair: pd.Series, profile: pd.DataFrame, *, title: str, source: str) -> None:
    figure(
        lag_profile(profile, is_claim=is_claim(pair["state"])),
        title=title,
        subtitle="活动比平时多一个常见波动时，指标变动几个常见波动；粗线为单个滞后的 95% 区间，"
        "浅色宽线为各滞后联合的 95% 区间；判断为较强证据或线索、联合区间又不含 0 才着色；"
        "灰色为活动晚于指标的对照。",
        alt=f"{title} 横轴为活动早于指标的月数，纵轴为指标变动。",
        table=profile_table(profile),
        file_stem="lag_profile",
        source=source,
    )


def late_comparison(pair: pd.Series, scope: Scope, build_id: str) -> None:
    """The pair with and without 补录; the other run is kept too, else computed when asked."""
    other = replace(scope, late=not scope.late)
    key = other.key(build_id)
    word = "含补录" if other.late else "不含补录"
    if data.runner().outcome(key) is None and not st.toggle(
        f"同一对再按{word}算一遍", key="association_both"
    ):
        return
    found = analysis(key, what=f"按{word}计算", slot="late")
    if found is None:
        return
    pairs = found.frames["pairs"].set_index(["kpi", "activity_type"])
    name = (pair["kpi"], pair["activity_type"])
    if name not in pairs.index:
        empty_state(f"{word}没有这一对。", "除补录外没有这类活动的记录。")
        return
    that = pairs.loc[name].copy()
    that["kpi_name"], that["activity_type"] = pair["kpi_name"], pair["activity_type"]
    both = (pair, that) if scope.late else (that, pair)
    st.markdown("**含补录与不含补录的对比**")
    table(late_table(*both), alt="同一对含补录与不含补录的结果")
