"""One pair over all lags: a point and its interval per month of distance."""

from __future__ import annotations

import math

import altair as alt
import pandas as pd

from dashboard.charts import palette
from dashboard.charts.base import figure_of, finished, interval_texts, n_of, safe, tooltip, upright

HEIGHT = 260
LEAD, FAINT, TOGETHER, AGAINST = "lead", "faint", "together", "against"
_COLOURS = {
    LEAD: palette.CONTEXT,
    FAINT: "#8fb0d0",
    TOGETHER: palette.BETTER,
    AGAINST: palette.WORSE_TEXT,
}


def lag_profile(profile: pd.DataFrame) -> alt.LayerChart:
    """``profile [lag, r, low, high, n_obs, n_units, n_months, state]`` of one pair.

    Negative lags are activity after the KPI and are grey: a check, not an answer. The axis is
    symmetrical, so that the distance from the zero rule can be compared between charts.
    """
    known = profile[profile["r"].notna()]
    data = safe(_prepared(known), _COLUMNS)
    reach = scale_reach(known)
    x = alt.X("f1:O", axis=alt.Axis(title="活动早于指标的月数（灰色：活动晚于指标）", labelAngle=0))
    scale = alt.Scale(domain=[-reach, reach])
    axis = alt.Axis(**upright("r（相关，−1 到 1）"), tickCount=5)
    ink = alt.Color(
        "f5:N", legend=None, scale=alt.Scale(domain=list(_COLOURS), range=list(_COLOURS.values()))
    )
    base = alt.Chart(data).encode(x=x, color=ink, tooltip=_tooltip())
    zero = alt.Chart(data.head(1)).mark_rule(color=palette.INK_SOFT).encode(y=alt.datum(0))
    bars = base.mark_rule(strokeWidth=3).encode(y=alt.Y("f3:Q", scale=scale, axis=axis), y2="f4:Q")
    points = base.mark_point(filled=True, size=80, opacity=1).encode(
        y=alt.Y("f2:Q", scale=scale, axis=axis)
    )
    return finished(alt.layer(zero, bars, points), height=HEIGHT)


_COLUMNS = ["lag", "r", "low", "high", "kind", "lag_text", "r_text", "interval", "n_text", "state"]


def _prepared(known: pd.DataFrame) -> pd.DataFrame:
    return known.assign(
        kind=[kind_of(lag, state) for lag, state in zip(known["lag"], known["state"], strict=True)],
        lag_text=[lag_label(lag) for lag in known["lag"]],
        r_text=[figure_of(r) for r in known["r"]],
        interval=interval_texts(known),
        n_text=n_of(known),
    )


def kind_of(lag: int, state: str) -> str:
    """Which colour a point takes."""
    if lag < 0:
        return LEAD
    return {"同向变化": TOGETHER, "反向变化": AGAINST}.get(state, FAINT)


def lag_label(lag: int) -> str:
    """The distance in words: 同月, 活动早 3 个月, 活动晚 1 个月."""
    if lag == 0:
        return "同月"
    return f"活动早 {lag} 个月" if lag > 0 else f"活动晚 {-lag} 个月"


def scale_reach(profile: pd.DataFrame) -> float:
    """Half the height of the axis: the widest interval, rounded up to 0.1, between 0.2 and 1."""
    ends = pd.concat([profile["low"], profile["high"]]).abs()
    widest = 0.0 if ends.empty else float(ends.max())
    return min(1.0, max(0.2, math.ceil(widest * 10) / 10))


def _tooltip() -> list[alt.Tooltip]:
    return tooltip(("f6", "先后"), ("f7", "r"), ("f8", "95% 区间"), ("f9", "依据"), ("f10", "判断"))
