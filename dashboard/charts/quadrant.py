"""Visible against latent: every unit grey, the chosen one coloured with its way here."""

from __future__ import annotations

from collections.abc import Mapping

import altair as alt
import pandas as pd

from dashboard.charts import palette
from dashboard.charts.base import finished, haloed, safe, tooltip, upright
from dashboard.format import number, percent

HEIGHT = 430
CORNERS = (
    ("达成低 · 存量高", "left", "top"),
    ("达成高 · 存量高", "right", "top"),
    ("达成低 · 存量低", "left", "bottom"),
    ("达成高 · 存量低", "right", "bottom"),
)
_MARGIN = 6
PICKED = "picked"
_UNIT_ID = "f6"


def quadrant(
    points: pd.DataFrame, trail: pd.DataFrame, *, stock_rule: float, x_rule: float = 1.0
) -> alt.LayerChart:
    """``points [unit_id, unit_name, attainment_rate, stock]`` of one month; ``trail [unit_name,
    month, attainment_rate, stock]`` of the chosen unit, oldest first, empty when none is chosen.

    ``stock_rule`` and ``x_rule`` are goalposts that somebody set, never averages.
    """
    everything = pd.concat([points, trail], ignore_index=True)
    x, y = _x(everything, x_rule), _y(everything, stock_rule)
    layers = [*_rules(x_rule, stock_rule), *_corners(), _cloud(points, x, y)]
    if not trail.empty:
        layers += _trail(trail, x, y)
    return finished(alt.layer(*layers), height=HEIGHT)


def picked_unit(selection: Mapping[str, object]) -> str | None:
    """The unit_id of the point that was clicked, None when the click cleared the choice."""
    points = selection.get(PICKED) or []
    return points[0].get(_UNIT_ID) if isinstance(points, list) and points else None


def _x(everything: pd.DataFrame, rule: float) -> alt.X:
    scale = alt.Scale(domain=_domain(everything["attainment_rate"], rule), nice=True, zero=False)
    axis = alt.Axis(
        title="显绩：当月达成指数（目标 = 100%）", format=".0%", tickCount=6, labelAngle=0
    )
    return alt.X("f2:Q", scale=scale, axis=axis)


def _y(everything: pd.DataFrame, rule: float) -> alt.Y:
    scale = alt.Scale(domain=_domain(everything["stock"], rule), nice=True, zero=False)
    axis = alt.Axis(**upright("潜绩情景：活动存量（次）"), tickCount=6)
    return alt.Y("f3:Q", scale=scale, axis=axis)


def _domain(values: pd.Series, rule: float) -> list[float]:
    """The values and the rule with a margin of 6 % on both sides."""
    low, high = min(values.min(), rule), max(values.max(), rule)
    margin = (high - low or abs(rule) or 1.0) * 0.06
    return [float(low - margin), float(high + margin)]


def _rules(x_rule: float, stock_rule: float) -> list[alt.Chart]:
    anchor = pd.DataFrame({"f1": [0]})
    dashed = {"strokeDash": [5, 4], "color": palette.INK_SOFT}
    return [
        alt.Chart(anchor).mark_rule(**dashed).encode(x=alt.datum(x_rule)),
        alt.Chart(anchor).mark_rule(**dashed).encode(y=alt.datum(stock_rule)),
    ]


def _corners() -> list[alt.Chart]:
    """Corner names at fixed distances from the edges, whatever the width."""
    return [_corner(text, across, down) for text, across, down in CORNERS]


def _corner(text: str, across: str, down: str) -> alt.Chart:
    mark = alt.Chart(pd.DataFrame({"f1": [text]})).mark_text(
        align=across,
        baseline=down,
        dx=_MARGIN if across == "left" else -_MARGIN,
        dy=_MARGIN if down == "top" else -_MARGIN,
        color=palette.INK_SOFT,
        fontSize=12,
    )
    return mark.encode(
        text="f1:N",
        x=alt.value(0 if across == "left" else "width"),
        y=alt.value(0 if down == "top" else "height"),
    )


def _cloud(points: pd.DataFrame, x: alt.X, y: alt.Y) -> alt.Chart:
    columns = ["unit_name", "attainment_rate", "stock", "x_text", "y_text", "unit_id"]
    data = safe(_texts(points), columns)
    marks = alt.Chart(data).mark_circle(size=55, color=palette.CONTEXT, opacity=0.75)
    picked = alt.selection_point(name=PICKED, fields=[_UNIT_ID])
    return marks.encode(x=x, y=y, tooltip=_tooltip()).add_params(picked)


def _trail(trail: pd.DataFrame, x: alt.X, y: alt.Y) -> list[alt.Chart]:
    """A line that widens towards now, a dot and a name at its end."""
    numbered = _texts(trail).assign(step=range(len(trail)))
    columns = ["unit_name", "attainment_rate", "stock", "x_text", "y_text", "step", "month"]
    data = safe(numbered, columns)
    width = alt.Size("f6:Q", scale=alt.Scale(range=[0.6, 5]), legend=None)
    lines = [*_tooltip(), alt.Tooltip("f7:N", title="月份")]
    way = alt.Chart(data).mark_trail(color=palette.BETTER, opacity=0.85)
    last = alt.Chart(data.tail(1)).encode(x=x, y=y, tooltip=lines)
    name = last.encode(text="f1:N")
    return [
        way.encode(x=x, y=y, size=width, order="f6:Q", tooltip=lines),
        last.mark_circle(size=130, color=palette.BETTER, opacity=1),
        *haloed(name, dy=20, fontSize=13, fontWeight="bold", color=palette.BETTER),
    ]


def _texts(frame: pd.DataFrame) -> pd.DataFrame:
    return frame.assign(
        x_text=[percent(v) for v in frame["attainment_rate"]],
        y_text=[number(v, 1) + " 次" for v in frame["stock"]],
    )


def _tooltip() -> list[alt.Tooltip]:
    return tooltip(("f1", "单位"), ("f4", "达成指数"), ("f5", "活动存量"))
