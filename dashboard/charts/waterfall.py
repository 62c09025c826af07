"""Steps from an opening to a closing figure; what is shown adds up to what is shown."""

from __future__ import annotations

import math

import altair as alt
import pandas as pd

from dashboard.charts import palette
from dashboard.charts.base import finished, haloed, safe, tooltip, upright
from dashboard.format import decimals, signed

HEIGHT = 260
TOTAL, UP, DOWN = "total", "up", "down"
_COLOURS = {TOTAL: palette.CONTEXT, UP: palette.BETTER, DOWN: palette.WORSE}


def reconciled(
    opening: float, steps: list[float], closing: float, *, digits: int = 2
) -> list[float]:
    """Opening, steps and closing rounded so that the rounded steps lead from one to the other.

    Both ends are rounded as they are; the steps take up the difference by largest remainder.
    ValueError when the exact figures do not reconcile.
    """
    if not math.isclose(opening + sum(steps), closing, abs_tol=1e-9):
        raise ValueError("the steps do not lead from the opening to the closing figure")
    unit = 10**digits
    first, last = round(opening * unit), round(closing * unit)
    floors = [math.floor(each * unit) for each in steps]
    order = sorted(range(len(steps)), key=lambda i: floors[i] - steps[i] * unit)
    for i in order[: last - first - sum(floors)]:
        floors[i] += 1
    return [each / unit for each in (first, *floors, last)]


def waterfall(labels: list[str], values: list[float], *, title: str) -> alt.LayerChart:
    """``values``: opening, steps, closing as ``reconciled`` gives them, under ``labels``."""
    data = safe(_bars(labels, values), ["label", "low", "high", "kind", "text", "top"])
    x = alt.X("f1:N", sort=labels, axis=alt.Axis(title=None, labelAngle=0))
    axis = alt.Axis(**upright(title), tickCount=5)
    room = alt.Scale(domain=_domain(data), nice=False)  # for the figure above the highest bar
    ink = alt.Color(
        "f4:N", legend=None, scale=alt.Scale(domain=list(_COLOURS), range=list(_COLOURS.values()))
    )
    base = alt.Chart(data).encode(x=x, tooltip=tooltip(("f1", "项目"), ("f5", "数值")))
    bars = base.mark_bar(size=46).encode(
        y=alt.Y("f2:Q", axis=axis, scale=room), y2=alt.Y2("f3:Q"), color=ink
    )
    zero = alt.Chart(data.head(1)).mark_rule(color=palette.INK_SOFT).encode(y=alt.YDatum(0))
    texts = base.encode(y=alt.Y("f6:Q"), text=alt.Text("f5:N"))
    return finished(alt.layer(bars, zero, *haloed(texts, dy=-9, fontSize=12)), height=HEIGHT)


def _domain(data: pd.DataFrame) -> list[float]:
    low, high = min(0.0, data["f2"].min()), max(0.0, data["f3"].max())
    return [low, high + 0.12 * ((high - low) or 1.0)]


def _bars(labels: list[str], values: list[float]) -> pd.DataFrame:
    rows, held = [], values[0]
    for at, (label, value) in enumerate(zip(labels, values, strict=True)):
        whole = at in (0, len(values) - 1)
        start, end = (0.0, value) if whole else (held, held + value)
        held = end
        kind = TOTAL if whole else UP if value >= 0 else DOWN
        text = decimals(value, 2) if whole else signed(value)
        low, high = min(start, end), max(start, end)
        rows.append((label, low, high, kind, text, high))
    return pd.DataFrame(rows, columns=["label", "low", "high", "kind", "text", "top"])
