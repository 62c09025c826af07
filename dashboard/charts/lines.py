"""One measure of one unit over the months, with the goalpost as a dashed rule."""

from __future__ import annotations

from collections.abc import Callable

import altair as alt
import pandas as pd

from dashboard.charts import palette
from dashboard.charts.base import finished, haloed, month_axis, safe, tooltip, upright
from dashboard.format import axis_labels

HEIGHT = 170
PERCENT_LABEL_EXPR = "format(datum.value, '.0%')"


def unit_line(
    values: pd.DataFrame, *, rule: float, title: str, text: Callable[[float], str], is_rate: bool
) -> alt.LayerChart:
    """``values [month, value]``, oldest first; ``rule`` is the goalpost; ``text`` formats a value.

    The axis holds the rule and the values and need not start at 0: a line, not a bar. The last
    value is labelled.
    """
    data = safe(values.assign(text=[text(v) for v in values["value"]]), ["month", "value", "text"])
    labels = PERCENT_LABEL_EXPR if is_rate else axis_labels([*values["value"], rule])
    axis = alt.Axis(**upright(title), tickCount=4, labelExpr=labels)
    y = alt.Y("f2:Q", axis=axis, scale=alt.Scale(zero=False, padding=18))
    base = alt.Chart(data).encode(
        x=month_axis("f1"), y=y, tooltip=tooltip(("f1", "月份"), ("f3", "值"))
    )
    goal = alt.Chart(data.head(1)).mark_rule(strokeDash=[5, 4], color=palette.INK_SOFT)
    end = alt.Chart(data.tail(1)).encode(x=month_axis("f1"), y=y, text=alt.Text("f3:N"))
    return finished(
        alt.layer(
            goal.encode(y=alt.YDatum(rule)),
            base.mark_line(color=palette.BETTER, strokeWidth=2.5),
            base.mark_circle(color=palette.BETTER, size=28, opacity=1),
            *haloed(end, align="right", dy=-14, fontWeight="bold", color=palette.BETTER),
        ),
        height=HEIGHT,
    )
