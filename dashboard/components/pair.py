"""One pair of activity type and KPI: how it looks over all lags, in words and as a chart."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from dashboard.associations import lead_sentence, profile_sentence, profile_table
from dashboard.charts.lag_profile import lag_profile
from dashboard.components.figure import figure
from dashboard.components.page import empty_state

NEEDED = (
    "需要至少 12 个单位、18 个月同时有指标和活动记录，且至少 8 个单位有这类活动。"
    "缺的月份补报后，这里会自动计算。"
)


def pair_profile(profile: pd.DataFrame, *, source: str) -> None:
    """``profile``: rows of one pair with ``kpi_name``; a notice when every lag is 数据不足."""
    first = profile.iloc[0]
    if profile["r"].notna().sum() == 0:
        empty_state(f"数据不足：{first['activity_type']} 与 {first['kpi_name']} 算不出来。", NEEDED)
        return
    title = profile_sentence(profile)
    figure(
        lag_profile(profile),
        title=title,
        subtitle="点为 r，竖线为单次检验的 95% 区间；灰色为活动晚于指标的对照，不应作结论。",
        alt=f"{title} 横轴为活动早于指标的月数，纵轴为 r。",
        table=profile_table(profile),
        file_stem="lag_profile",
        source=source,
    )
    st.caption(lead_sentence(profile))
