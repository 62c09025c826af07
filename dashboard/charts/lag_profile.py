"""One pair over all lags: a point, its interval and its simultaneous band per month."""

from __future__ import annotations

import math

import altair as alt
import numpy as np
import pandas as pd

from dashboard.charts import palette
from dashboard.charts.base import finished, n_of, safe, tooltip, upright
from dashboard.format import count, interval_texts, signed

HEIGHT = 260
_MINUS = "replace(datum.label, '-', '−')"  # an axis of names writes numbers in its own way
LEAD, FAINT, TOGETHER, AGAINST = "lead", "faint", "together", "against"
_COLOURS = {
    LEAD: palette.CONTEXT,
    FAINT: "#8fb0d0",
    TOGETHER: palette.BETTER,
    AGAINST: palette.WORSE_TEXT,
}


def lag_profile(profile: pd.DataFrame, *, is_claim: bool) -> alt.LayerChart:
    """``profile [lag, effect, low, high, band_low, band_high, n_obs, n_units, n_months]`` of one
    pair, in σ_w of the KPI per within-unit SD of the activity.

    Negative lags are activity after the KPI and are grey: a check, not an answer; they have no
    band. Nothing is coloured unless the pair ``is_claim``. The axis is symmetrical, so that the
    distance from the zero rule can be compared.
    """
    known = profile[profile["effect"].notna()]
    data = safe(_prepared(known, is_claim=is_claim), _COLUMNS)
    reach = scale_reach(known)
    x = alt.X(
        "f1:O",
        axis=alt.Axis(
            title="活动早于指标的月数（灰色：活动晚于指标）", labelAngle=0, labelExpr=_MINUS
        ),
    )
    scale = alt.Scale(domain=[-reach, reach])
    axis = alt.Axis(**upright("指标变动（常见波动 σ）"), tickCount=5)
    ink = alt.Color(
        "f5:N", legend=None, scale=alt.Scale(domain=list(_COLOURS), range=list(_COLOURS.values()))
    )
    base = alt.Chart(data).encode(x=x, color=ink, tooltip=_tooltip())
    zero = alt.Chart(data.head(1)).mark_rule(color=palette.INK_SOFT).encode(y=alt.YDatum(0))
    bands = base.mark_rule(strokeWidth=9, opacity=0.25).encode(
        y=alt.Y("f11:Q", scale=scale, axis=axis), y2=alt.Y2("f12:Q")
    )
    bars = base.mark_rule(strokeWidth=3).encode(
        y=alt.Y("f3:Q", scale=scale, axis=axis), y2=alt.Y2("f4:Q")
    )
    points = base.mark_point(filled=True, size=80, opacity=1).encode(
        y=alt.Y("f2:Q", scale=scale, axis=axis)
    )
    banded = bands.transform_filter("isValid(datum.f11)")
    return finished(alt.layer(zero, banded, bars, points), height=HEIGHT)


_COLUMNS = [
    *("lag", "effect", "low", "high", "kind", "lag_text", "effect_text", "interval", "band_text"),
    *("n_text", "band_low", "band_high"),
]


def _prepared(known: pd.DataFrame, *, is_claim: bool) -> pd.DataFrame:
    bands = known[["band_low", "band_high"]].set_axis(["low", "high"], axis=1)
    return known.assign(
        kind=[
            kind_of(*each, is_claim=is_claim)
            for each in known[["lag", "band_low", "band_high"]].to_numpy()
        ],
        lag_text=[lag_label(lag) for lag in known["lag"]],
        effect_text=[signed(effect) for effect in known["effect"]],
        interval=interval_texts(known),
        band_text=interval_texts(bands),
        n_text=n_of(known),
    )


def kind_of(lag: float, band_low: float, band_high: float, *, is_claim: bool) -> str:
    """Which colour a point takes: its own only when the pair is a claim and the simultaneous band
    leaves 0 out."""
    if lag < 0:
        return LEAD
    if not is_claim:
        return FAINT
    if band_low > 0:
        return TOGETHER
    return AGAINST if band_high < 0 else FAINT


def lag_label(lag: float) -> str:
    """The distance in words: 同月, 活动早 3 个月, 活动晚 1 个月."""
    if lag == 0:
        return "同月"
    return f"活动{'早' if lag > 0 else '晚'} {count(abs(lag))} 个月"


def scale_reach(profile: pd.DataFrame) -> float:
    """Half the height of the axis: the widest interval or band rounded up to 0.1, at least 0.2."""
    ends = profile[["low", "high", "band_low", "band_high"]].abs().to_numpy(dtype=float)
    widest = 0.0 if profile.empty else float(np.nan_to_num(ends).max())
    return max(0.2, math.ceil(widest * 10) / 10)


def _tooltip() -> list[alt.Tooltip]:
    return tooltip(
        ("f6", "先后"),
        ("f7", "变动 σ"),
        ("f8", "95% 区间"),
        ("f9", "联合 95% 区间"),
        ("f10", "依据"),
    )
