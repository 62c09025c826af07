"""One KPI of one unit as one of several small drawings side by side: same months, same marks."""

from __future__ import annotations

from collections.abc import Sequence

import altair as alt
import pandas as pd

from dashboard.charts import palette
from dashboard.charts.base import (
    MONTH_LABEL_EXPR,
    Drawn,
    Family,
    Member,
    finished,
    haloed,
    safe,
    tooltip,
)
from dashboard.charts.lines import PERCENT_LABEL_EXPR
from dashboard.format import MISSING, axis_labels

HEIGHT = 150
LIMIT = 12  # drawings on one screen
MARGIN = 0.08
HALF_YEARS = ("-01", "-07")  # months that are labelled: more would collide


def small_multiples(
    figures: Sequence[pd.DataFrame],
    events: pd.DataFrame,
    *,
    months: list[str],
    domain: tuple[float, float] | None,
    rule: float | None,
    is_rate: bool,
) -> list[Member]:
    """One drawing for each of ``figures [month, value, text]``; a gap in the months breaks a line;
    ``events [month, numbers, label]``: dotted rules with the numbers of a list below.

    ``months``: the axis, oldest first. ``domain``: of the y-axis when all drawings share it.
    ``rule``: the goalpost, None when there is none. The last value is labelled.
    """
    if not figures:
        return []
    marks = safe(events, ["month", "numbers", "label"])
    drawn = [_frames(each, marks, months, rule) for each in figures]
    labels = [PERCENT_LABEL_EXPR if is_rate else axis_labels(each["value"]) for each in figures]
    scale = alt.Scale(domain=list(domain), nice=False) if domain else alt.Scale(zero=False)
    y = alt.Y("f2:Q", axis=alt.Axis(title=None, tickCount=4, labelExpr=labels[0]), scale=scale)
    x = _x(months)
    layers = [*(_events(marks, x) if len(marks) else ()), *_layers(drawn[0], x, y, rule)]
    family = Family(first=Drawn(finished(alt.layer(*layers), height=HEIGHT)))
    return [
        Member(family=family, frames=frames, labels=each)
        for frames, each in zip(drawn, labels, strict=True)
    ]


def _frames(
    values: pd.DataFrame, marks: pd.DataFrame, months: list[str], rule: float | None
) -> tuple[pd.DataFrame, ...]:
    """The data of one drawing, layer by layer: events, goalpost, line, dots, the last value."""
    whole = pd.DataFrame({"month": months}).merge(values, on="month", how="left")
    data = safe(whole.assign(text=whole["text"].fillna(MISSING)), ["month", "value", "text"])
    known = data[data["f2"].notna()]
    end = known.tail(1)
    return (
        *((marks, marks) if len(marks) else ()),
        *((data.head(1),) if rule is not None else ()),
        *(data, known, end, end),
    )


def _layers(
    frames: tuple[pd.DataFrame, ...], x: alt.X, y: alt.Y, rule: float | None
) -> list[alt.Chart]:
    *_, data, known, end, _ = frames
    lines = tooltip(("f1", "月份"), ("f3", "值"))
    base = alt.Chart(data).encode(x=x, y=y, tooltip=lines)
    dots = alt.Chart(known).encode(x=x, y=y, tooltip=lines)
    ends = alt.Chart(end).encode(x=x, y=y, text=alt.Text("f3:N"))
    layers = []
    if rule is not None:
        goal = alt.Chart(data.head(1)).mark_rule(strokeDash=[5, 4], color=palette.INK_SOFT)
        layers.append(goal.encode(y=alt.YDatum(rule)))
    return [
        *layers,
        base.mark_line(color=palette.BETTER, strokeWidth=2),
        dots.mark_circle(color=palette.BETTER, size=18, opacity=1),
        *haloed(ends, align="right", dx=4, dy=-12, fontWeight="bold", color=palette.BETTER),
    ]


def _x(months: list[str]) -> alt.X:
    """All months, January and July labelled."""
    labelled = [month for month in months if month.endswith(HALF_YEARS)]
    axis = alt.Axis(
        title=None, labelAngle=0, labelExpr=MONTH_LABEL_EXPR, values=labelled, grid=False
    )
    return alt.X("f1:O", axis=axis, scale=alt.Scale(domain=months))


def _events(marks: pd.DataFrame, x: alt.X) -> list[alt.Chart]:
    base = alt.Chart(marks).encode(x=x, tooltip=tooltip(("f1", "月份"), ("f3", "事件")))
    return [
        base.mark_rule(strokeDash=[2, 3], color=palette.CONTEXT),
        base.mark_text(baseline="bottom", dy=-2, fontSize=11, color=palette.INK_SOFT).encode(
            text=alt.Text("f2:N"), y=alt.YValue(0)
        ),
    ]


def shared_domain(values: pd.Series, rule: float | None) -> tuple[float, float]:
    """The span of all values and the goalpost with a margin of 8 % on both sides."""
    ends = [float(values.min()), float(values.max())] + ([] if rule is None else [rule])
    low, high = min(ends), max(ends)
    margin = (high - low or abs(high) or 1.0) * MARGIN
    return low - margin, high + margin
