"""Visible against latent: every unit grey, the chosen ones coloured, one with its way here."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import altair as alt
import pandas as pd

from dashboard.charts import palette
from dashboard.charts.base import finished, haloed, safe, tooltip, upright
from dashboard.format import interval_texts, month_label, number, percent

HEIGHT = 430
_MARGIN = 6
PICKED = "picked"
_UNIT_ID = "f6"
Vertical = Callable[[str], alt.Y]
_COLUMNS = ["unit_name", "attainment_rate", "stock", "x_text", "y_text", "unit_id"]
_MORE = ["month_text", "step", "low", "high", "interval", "chosen", "opacity"]


@dataclass(frozen=True, kw_only=True)
class LatentAxis:
    """The vertical axis: its ``title``, ``text`` of a value, and the words for above and below
    the rule that stand in the corners."""

    title: str
    text: Callable[[float], str]
    above: str = "存量高"
    below: str = "存量低"


SCENARIO = LatentAxis(title="潜绩情景：活动存量（次）", text=lambda value: number(value, 1) + " 次")


def corners(axis: LatentAxis) -> tuple[tuple[str, str, str], ...]:
    """(name, horizontal side, vertical side) of the four corners."""
    return (
        (f"达成低 · {axis.above}", "left", "top"),
        (f"达成高 · {axis.above}", "right", "top"),
        (f"达成低 · {axis.below}", "left", "bottom"),
        (f"达成高 · {axis.below}", "right", "bottom"),
    )


def quadrant(
    points: pd.DataFrame,
    trail: pd.DataFrame,
    *,
    stock_rule: float,
    x_rule: float = 1.0,
    axis: LatentAxis = SCENARIO,
    chosen: frozenset[str] = frozenset(),
) -> alt.LayerChart:
    """``points [unit_id, unit_name, attainment_rate, stock]`` of one month; ``trail [unit_name,
    month, attainment_rate, stock]`` of one unit, oldest first, empty when none is chosen.

    With ``low`` and ``high`` every point has its interval, and one that holds the rule is faint.
    Units of ``chosen`` are coloured. ``stock_rule`` and ``x_rule`` are goalposts that somebody
    set, never averages.
    """
    points, trail = _prepared(points, axis, stock_rule, chosen), _prepared(trail, axis, stock_rule)
    everything = pd.concat([points, trail], ignore_index=True)
    x, y = _x(everything, x_rule), _y(everything, stock_rule, axis)
    layers = [*_rules(x_rule, stock_rule), *_corners(axis)]
    layers += [_intervals(points, x, y), _cloud(points, x, y)]
    if not trail.empty:
        layers += _trail(trail, x, y)
    return finished(alt.layer(*layers), height=HEIGHT)


def picked_unit(selection: Mapping[str, object]) -> str | None:
    """The unit_id of the point that was clicked, None when the click cleared the choice."""
    points = selection.get(PICKED) or []
    return points[0].get(_UNIT_ID) if isinstance(points, list) and points else None


def _prepared(
    frame: pd.DataFrame, axis: LatentAxis, rule: float, chosen: frozenset[str] = frozenset()
) -> pd.DataFrame:
    """With all of _COLUMNS and _MORE; without an interval ``low`` and ``high`` are blank."""
    given = frame.reindex(
        columns=[*frame.columns, *({"low", "high", "unit_id", "month"} - {*frame})]
    )
    bounds = given[["low", "high"]].astype(float)
    unclear = (bounds["low"] <= rule) & (bounds["high"] >= rule)
    return given.assign(
        x_text=[percent(v) for v in given["attainment_rate"]],
        y_text=[axis.text(v) for v in given["stock"]],
        month_text=[month_label(m) for m in given["month"]],
        step=range(len(given)),
        low=bounds["low"],
        high=bounds["high"],
        interval=interval_texts(bounds),
        chosen=given["unit_id"].isin(chosen),
        opacity=[0.3 if each else 0.75 for each in unclear],
    )


def _x(everything: pd.DataFrame, rule: float) -> alt.X:
    scale = alt.Scale(domain=_domain(everything["attainment_rate"], rule), nice=True, zero=False)
    axis = alt.Axis(
        title="显绩：当月达成指数（目标 = 100%）", format=".0%", tickCount=6, labelAngle=0
    )
    return alt.X("f2:Q", scale=scale, axis=axis)


def _y(everything: pd.DataFrame, rule: float, axis: LatentAxis) -> Vertical:
    """The vertical encoding of a field; all fields share its scale and its title."""
    reach = pd.concat([everything[each] for each in ("stock", "low", "high")]).dropna()
    scale = alt.Scale(domain=_domain(reach, rule), nice=True, zero=False)
    shown = alt.Axis(**upright(axis.title), tickCount=6)
    return lambda field: alt.Y(f"{field}:Q", scale=scale, axis=shown)


def _domain(values: pd.Series, rule: float) -> list[float]:
    """The values and the rule with a margin of 6 % on both sides."""
    low, high = min(values.min(), rule), max(values.max(), rule)
    margin = (high - low or abs(rule) or 1.0) * 0.06
    return [float(low - margin), float(high + margin)]


def _rules(x_rule: float, stock_rule: float) -> list[alt.Chart]:
    anchor = pd.DataFrame({"f1": [0]})
    dashed = {"strokeDash": [5, 4], "color": palette.INK_SOFT}
    return [
        alt.Chart(anchor).mark_rule(**dashed).encode(x=alt.XDatum(x_rule)),
        alt.Chart(anchor).mark_rule(**dashed).encode(y=alt.YDatum(stock_rule)),
    ]


def _corners(axis: LatentAxis) -> list[alt.Chart]:
    """Corner names at fixed distances from the edges, whatever the width."""
    return [layer for each in corners(axis) for layer in _corner(*each)]


def _corner(text: str, across: str, down: str) -> list[alt.Chart]:
    named = alt.Chart(pd.DataFrame({"f1": [text]})).encode(
        text=alt.Text("f1:N"),
        x=alt.XValue(0 if across == "left" else "width"),
        y=alt.YValue(0 if down == "top" else "height"),
    )
    return haloed(
        named,
        align=across,
        baseline=down,
        dx=_MARGIN if across == "left" else -_MARGIN,
        dy=_MARGIN if down == "top" else -_MARGIN,
        color=palette.INK_SOFT,
        fontSize=12,
    )


def _intervals(points: pd.DataFrame, x: alt.X, y: Vertical) -> alt.Chart:
    data = safe(points.dropna(subset=["low", "high"]), [*_COLUMNS, *_MORE])
    marks = alt.Chart(data).mark_rule(color=palette.CONTEXT, opacity=0.35)
    return marks.encode(x=x, y=y("f9"), y2=alt.Y2("f10:Q"))


def _cloud(points: pd.DataFrame, x: alt.X, y: Vertical) -> alt.Chart:
    marks = alt.Chart(safe(points, [*_COLUMNS, *_MORE])).mark_circle(size=55)
    picked = alt.selection_point(name=PICKED, fields=[_UNIT_ID])
    encoded = marks.encode(
        x=x,
        y=y("f3"),
        tooltip=_tooltip(),
        opacity=alt.Opacity("f13:Q", scale=None),
        color=_colour(points),
    )
    return encoded.add_params(picked)


def _colour(points: pd.DataFrame) -> alt.Color | alt.Value:
    """Colour belongs to what was chosen; without a choice there is none."""
    if not points["chosen"].any():
        return alt.value(palette.CONTEXT)
    scale = alt.Scale(domain=[True, False], range=[palette.BETTER, palette.CONTEXT])
    return alt.Color("f12:N", scale=scale, legend=None)


def _trail(trail: pd.DataFrame, x: alt.X, y: Vertical) -> list[alt.Chart]:
    """A line that widens towards now, a dot with its interval and a name at its end."""
    data = safe(trail, [*_COLUMNS, *_MORE])
    width = alt.Size("f8:Q", scale=alt.Scale(range=[0.6, 5]), legend=None)
    lines = [*_tooltip(), alt.Tooltip("f7:N", title="月份")]
    way = alt.Chart(data).mark_trail(color=palette.BETTER, opacity=0.85)
    last = alt.Chart(data.tail(1)).encode(x=x, y=y("f3"), tooltip=lines)
    name = last.encode(text=alt.Text("f1:N"))
    layers = [way.encode(x=x, y=y("f3"), size=width, order=alt.Order("f8:Q"), tooltip=lines)]
    if trail["low"].notna().iloc[-1]:
        bar = last.mark_rule(color=palette.BETTER, strokeWidth=2.5)
        layers.append(bar.encode(y=y("f9"), y2=alt.Y2("f10:Q")))
    return [
        *layers,
        last.mark_circle(size=130, color=palette.BETTER, opacity=1),
        *haloed(name, dy=20, fontSize=13, fontWeight="bold", color=palette.BETTER),
    ]


def _tooltip() -> list[alt.Tooltip]:
    return tooltip(("f1", "单位"), ("f4", "达成指数"), ("f5", "存量"), ("f11", "存量 95% 区间"))
