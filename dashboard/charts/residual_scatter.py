"""Activity against KPI after everything they share is taken out, with the line of the effect."""

from __future__ import annotations

import altair as alt
import numpy as np
import pandas as pd

from dashboard.charts import palette
from dashboard.charts.base import finished, safe, tooltip, upright
from dashboard.format import count, signed

HEIGHT = 280
MOST_POINTS = 800  # more are counted in squares
ACROSS, DOWN = 36, 22
PARTS = 20


def residual_scatter(
    points: pd.DataFrame, *, slope: float, is_claim: bool, x_title: str
) -> alt.LayerChart:
    """``points [unit_name, month_text, x, y]`` in usual swings σ; ``slope`` of the line.

    Up to MOST_POINTS one point each; beyond that squares by how many unit-months fall into them,
    and the mean of every twentieth. The line is grey unless the pair ``is_claim``.
    """
    x_reach, y_reach = _reach(points["x"]), _reach(points["y"])
    x = alt.X(
        "f1:Q",
        scale=alt.Scale(domain=[-x_reach, x_reach], nice=False),
        axis=alt.Axis(title=x_title, tickCount=6, labelAngle=0),
    )
    y = alt.Y(
        "f2:Q",
        scale=alt.Scale(domain=[-y_reach, y_reach], nice=False),
        axis=alt.Axis(**upright("指标（常见波动 σ）"), tickCount=5),
    )
    few = len(points) <= MOST_POINTS
    cloud = [_points(points, x, y)] if few else [_squares(points, x_reach, y_reach, x, y)]
    layers = [*cloud, *_zeros(), _line(slope, x_reach, y_reach, x, y, is_claim=is_claim)]
    if not few:
        layers.append(_means(points, x, y))
    return finished(alt.layer(*layers).resolve_scale(color="independent"), height=HEIGHT)


def part_means(points: pd.DataFrame) -> pd.DataFrame:
    """``[x_low, x_high, x, y, n]`` of PARTS parts of equal size along x, from low to high."""
    ordered = points.sort_values("x", kind="stable")
    parts = [each for each in np.array_split(np.arange(len(ordered)), PARTS) if len(each)]
    rows = [ordered.iloc[each][["x", "y"]] for each in parts]
    return pd.DataFrame(
        {
            "x_low": [each["x"].min() for each in rows],
            "x_high": [each["x"].max() for each in rows],
            "x": [each["x"].mean() for each in rows],
            "y": [each["y"].mean() for each in rows],
            "n": [len(each) for each in rows],
        }
    )


def _reach(values: pd.Series) -> float:
    return max(0.5, float(np.ceil(values.abs().max() * 10) / 10))


def _points(points: pd.DataFrame, x: alt.X, y: alt.Y) -> alt.Chart:
    texts = points.assign(
        x_text=[signed(each) for each in points["x"]],
        y_text=[signed(each) for each in points["y"]],
    )
    columns = ["x", "y", "unit_name", "month_text", "x_text", "y_text"]
    lines = tooltip(("f3", "单位"), ("f4", "月份"), ("f5", "活动 σ"), ("f6", "指标 σ"))
    mark = alt.Chart(safe(texts, columns)).mark_circle(size=28, opacity=0.4, color=palette.INK_SOFT)
    return mark.encode(x=x, y=y, tooltip=lines)


def _squares(points: pd.DataFrame, x_reach: float, y_reach: float, x: alt.X, y: alt.Y) -> alt.Chart:
    counted, x_edges, y_edges = np.histogram2d(
        points["x"], points["y"], bins=(ACROSS, DOWN),
        range=((-x_reach, x_reach), (-y_reach, y_reach)),
    )  # fmt: skip
    across, down = np.nonzero(counted)
    cells = pd.DataFrame(
        {
            "x": x_edges[across],
            "y": y_edges[down],
            "x2": x_edges[across + 1],
            "y2": y_edges[down + 1],
            "n": counted[across, down].astype(int),
        }
    )
    shades = alt.Scale(type="sqrt", range=[palette.CONTEXT_FAINT, palette.INK_SOFT])
    cells["n_text"] = [f"{count(n)} 个单位月" for n in cells["n"]]
    mark = alt.Chart(safe(cells, ["x", "y", "x2", "y2", "n", "n_text"])).mark_rect()
    return mark.encode(
        x=x, x2=alt.X2("f3:Q"), y=y, y2=alt.Y2("f4:Q"),
        color=alt.Color("f5:Q", scale=shades, legend=None), tooltip=tooltip(("f6", "这一格")),
    )  # fmt: skip


def _zeros() -> list[alt.Chart]:
    anchor = alt.Chart(pd.DataFrame({"f1": [0]}))
    rule = anchor.mark_rule(color=palette.CONTEXT)
    return [rule.encode(x=alt.XDatum(0)), rule.encode(y=alt.YDatum(0))]


def _line(
    slope: float, x_reach: float, y_reach: float, x: alt.X, y: alt.Y, *, is_claim: bool
) -> alt.Chart:
    far = x_reach if abs(slope) * x_reach <= y_reach else y_reach / abs(slope)
    ends = pd.DataFrame({"f1": [-far, far], "f2": [-slope * far, slope * far]})
    ink = palette.INK_SOFT
    if is_claim:
        ink = palette.BETTER if slope > 0 else palette.WORSE_TEXT
    dash = [1, 0] if is_claim else [5, 4]
    return alt.Chart(ends).mark_line(color=ink, strokeWidth=2.5, strokeDash=dash).encode(x=x, y=y)


def _means(points: pd.DataFrame, x: alt.X, y: alt.Y) -> alt.Chart:
    found = part_means(points)
    found["x_text"], found["y_text"] = ([signed(v) for v in found[name]] for name in ("x", "y"))
    found["n_text"] = [f"{count(n)} 个单位月" for n in found["n"]]
    lines = tooltip(("f3", "活动平均 σ"), ("f4", "指标平均 σ"), ("f5", "依据"))
    mark = alt.Chart(safe(found, ["x", "y", "x_text", "y_text", "n_text"])).mark_point(
        filled=True, size=60, opacity=1, color=palette.INK, stroke=palette.PAPER, strokeWidth=1
    )
    return mark.encode(x=x, y=y, tooltip=lines)
