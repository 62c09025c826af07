"""The difference between adopters and comparison units by months since adoption."""

from __future__ import annotations

import altair as alt
import pandas as pd

from dashboard.charts import palette
from dashboard.charts.base import finished, safe, tooltip, upright
from dashboard.format import axis_labels

HEIGHT = 280
BEFORE, FAINT, BETTER, WORSE = "before", "faint", "better", "worse"
_COLOURS = {
    BEFORE: palette.CONTEXT,
    FAINT: "#8fb0d0",
    BETTER: palette.BETTER,
    WORSE: palette.WORSE_TEXT,
}
_COLUMNS = ["event", "att", "low", "high", "kind", "event_text", "att_text", "band_text", "n_text"]


def event_time(events: pd.DataFrame, *, unit: str, more_is_better: bool) -> alt.LayerChart:
    """``events [event, att, low, high, event_text, att_text, band_text, n_text]``; event 0 = start.

    ``att`` in ``unit``; ``low`` and ``high`` the simultaneous band, NaN where it is not known.
    Months before adoption are grey: a check, not an answer. A dashed rule parts before and after.
    """
    kinds = [
        kind_of(*row, more_is_better=more_is_better)
        for row in events[["event", "low", "high"]].itertuples(index=False)
    ]
    data = safe(events.assign(kind=kinds), _COLUMNS)
    title = "距采用的月数（0 = 采用当月）"
    ticks = [int(each) for each in events["event"] if int(each) % 3 == 0]
    edge = [int(events["event"].min()) - 0.6, int(events["event"].max()) + 0.6]
    x = alt.X(
        "f1:Q",
        axis=alt.Axis(title=title, values=ticks, format="d", grid=False),
        scale=alt.Scale(domain=edge, nice=False),
    )
    labels = axis_labels(events[["att", "low", "high"]].to_numpy().ravel())
    axis = alt.Axis(**upright(f"与对照单位之差（{unit}）"), tickCount=5, labelExpr=labels)
    ink = alt.Color(
        "f5:N", legend=None, scale=alt.Scale(domain=list(_COLOURS), range=list(_COLOURS.values()))
    )
    base = alt.Chart(data).encode(x=x, color=ink, tooltip=_tooltip())
    one = alt.Chart(data.head(1))
    zero = one.mark_rule(color=palette.INK_SOFT).encode(y=alt.YDatum(0))
    start = one.mark_rule(color=palette.INK_SOFT, strokeDash=[5, 4]).encode(x=alt.XDatum(-0.5))
    bars = base.mark_rule(strokeWidth=3).encode(y=alt.Y("f3:Q", axis=axis), y2="f4:Q")
    points = base.mark_point(filled=True, size=70, opacity=1).encode(y=alt.Y("f2:Q", axis=axis))
    layers = [zero, bars, points]
    if edge[0] < -0.5 < edge[1]:
        layers.insert(1, start)
    return finished(alt.layer(*layers), height=HEIGHT)


def kind_of(event: int, low: float, high: float, *, more_is_better: bool) -> str:
    """Which colour a point takes."""
    if event < 0:
        return BEFORE
    if not (low > 0 or high < 0):
        return FAINT
    return BETTER if (low > 0) == more_is_better else WORSE


def _tooltip() -> list[alt.Tooltip]:
    return tooltip(("f6", "时间"), ("f7", "与对照单位之差"), ("f8", "95% 同时区间"), ("f9", "依据"))
