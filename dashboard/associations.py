"""What the associations say, in words and as tables; pure."""

from __future__ import annotations

import pandas as pd

from dashboard.charts.base import figure_of, interval_texts
from dashboard.charts.lag_profile import lag_label

SIGN_MARKS = {"down": "（反向）", "band": "（区间）"}
CLEAR = ["同向变化", "反向变化"]


def kpi_labels(kpi_ids: pd.Series, kpis: pd.DataFrame) -> pd.Series:
    """Names of KPIs as they were signed; a placebo is marked, an unknown one keeps its code.

    Without the mark, 同向变化 beside 客户投诉件数 would read as more complaints.
    """
    placebo = kpis["is_placebo"].fillna(False).astype(bool)
    signs = kpis["direction"].map(SIGN_MARKS).fillna("").mask(placebo, "（对照）")
    names = kpis["kpi_name"] + signs
    return kpi_ids.map(dict(zip(kpis["kpi_id"], names, strict=True))).fillna(kpi_ids)


def count_sentence(found: pd.DataFrame) -> str:
    """How many tests there were and how many remain: the first thing to read."""
    tested = found[(found["lag"] >= 0) & found["r"].notna()]
    if tested.empty:
        return "数据不足：没有一对指标和活动够得上计算"
    remain = int((tested["q"] <= 0.05).sum())
    pairs = len(tested[["kpi", "activity_type"]].drop_duplicates())
    return f"{pairs} 对指标与活动共比较 {len(tested)} 次，校正后余 {remain} 次可作线索"


def counts_subtitle(found: pd.DataFrame) -> str:
    """Where the numbers of the headline come from."""
    tested = found[(found["lag"] >= 0) & found["r"].notna()]
    thin = int((found["lag"].eq(0) & found["r"].isna()).sum())
    single = int(tested["state"].isin(CLEAR).sum())
    return (
        f"每对看 {tested['lag'].nunique()} 个滞后；单次 95% 区间不含 0 的有 {single} 次，"
        f"仅凭偶然平均约有 {len(tested) * 0.05:.0f} 次；按全部次数作 BH 校正（q ≤ 0.05）。"
        + (f"另有 {thin} 对数据不足。" if thin else "")
    )


def q_text(q: float) -> str:
    """Three decimals; what rounds to nothing is < 0.001, what is missing a dash."""
    if pd.isna(q):
        return "—"
    return "<0.001" if q < 0.0005 else f"{q:.3f}"


def clues_table(found: pd.DataFrame) -> pd.DataFrame:
    """The comparisons that remain after correction, the clearest first, under Chinese names."""
    clues = found[(found["lag"] >= 0) & (found["q"] <= 0.05)].sort_values(["q", "p"])
    return pd.DataFrame(
        {
            "活动类型": clues["activity_type"],
            "指标": clues["kpi_name"],
            "活动早几个月": clues["lag"],
            "判断": clues["state"],
            "r": [figure_of(r) for r in clues["r"]],
            "单次 95% 区间": interval_texts(clues),
            "q": [q_text(q) for q in clues["q"]],
            "单位": clues["n_units"],
        }
    )


def clearest_pair(found: pd.DataFrame) -> tuple[str, str]:
    """(activity type, KPI) with the smallest q, the first pair when nothing could be computed."""
    tested = found[(found["lag"] >= 0) & found["q"].notna()].sort_values(["q", "p"])
    first = (tested if not tested.empty else found).iloc[0]
    return first["activity_type"], first["kpi"]


def lag_sentence(cells: pd.DataFrame, lag: int) -> str:
    """How many of the cells at one lag have an interval without 0."""
    known = cells[cells["r"].notna()]
    clear = int(known["state"].isin(CLEAR).sum())
    return f"{lag_label(lag)}：{len(known)} 对中 {clear} 对的单次区间不含 0"


def heatmap_table(cells: pd.DataFrame) -> pd.DataFrame:
    """The cells under Chinese names."""
    return pd.DataFrame(
        {
            "指标": cells["kpi_name"],
            "活动类型": cells["activity_type"],
            "r": [figure_of(r) or "—" for r in cells["r"]],
            "95% 区间": interval_texts(cells),
            "q": [q_text(q) for q in cells["q"]],
            "单位月": cells["n_obs"],
            "单位": cells["n_units"],
            "月份": cells["n_months"],
            "判断": cells["state"],
        }
    )


def profile_sentence(profile: pd.DataFrame) -> str:
    """What the lags from 0 on show, without picking a best one for certain."""
    first = profile.iloc[0]
    pair = f"{first['activity_type']} 与 {first['kpi_name']}"
    ahead = profile[profile["lag"] >= 0]
    clear = ahead[ahead["state"].isin(["同向变化", "反向变化"])]
    if clear.empty:
        return f"{pair}：各个滞后都看不出差别。"
    lags = "、".join(lag_label(lag) for lag in clear["lag"])
    words = "；".join(sorted(clear["state"].unique()))
    return f"{pair}：{lags}的区间不含 0（{words}）。"


def lead_sentence(profile: pd.DataFrame) -> str:
    """The check with activity after the KPI."""
    leads = profile[(profile["lag"] < 0) & profile["r"].notna()]
    clear = leads[(leads["low"] > 0) | (leads["high"] < 0)]
    if leads.empty:
        return "对照：活动晚于指标的月份数据不足，先后方向无法判断。"
    if clear.empty:
        return "对照：活动晚于指标时看不出差别，没有相反先后的迹象；这还不能说明先后方向。"
    lags = "、".join(lag_label(lag) for lag in clear["lag"])
    return f"对照：{lags}的区间也不含 0，先后方向不明，不能只看领先的一侧。"


def profile_table(profile: pd.DataFrame) -> pd.DataFrame:
    """The profile under Chinese names."""
    return pd.DataFrame(
        {
            "先后": [lag_label(lag) for lag in profile["lag"]],
            "r": [figure_of(r) or "—" for r in profile["r"]],
            "95% 区间": interval_texts(profile),
            "单位月": profile["n_obs"],
            "单位": profile["n_units"],
            "月份": profile["n_months"],
            "判断": profile["state"],
        }
    )
