"""Items of one side as rows: units as grey dots, the chosen one large, goalposts marked."""

from __future__ import annotations

import altair as alt
import pandas as pd

from dashboard.charts import palette
from dashboard.charts.base import by_number, finished, haloed, safe, tooltip, wrapped
from dashboard.format import percent

ROW = 46
LABEL = 6  # Chinese characters in a line of a row's name
_COLUMNS = ["label", "rate", "unit_name", "rate_text", "order"]
_LINES = "split(datum.label, '\\n')"


def item_dots(
    points: pd.DataFrame, goalposts: pd.DataFrame, *, unit_id: str | None
) -> alt.LayerChart:
    """``points [unit_id, unit_name, item, rate]`` with rates 0–1; ``goalposts [item, note,
    floor, stretch]`` in the order of the rows."""
    order = {item: number for number, item in enumerate(goalposts["item"])}
    names = [wrapped(each, LABEL) for each in goalposts["item"]]
    notes = [f"\n{each}" if each else "" for each in goalposts["note"]]
    goalposts = goalposts.assign(label=[n + note for n, note in zip(names, notes, strict=True)])
    labels = goalposts.set_index("item")["label"]
    known = points.dropna(subset=["rate"])
    known = known.assign(
        label=known["item"].map(labels),
        rate_text=[percent(rate) for rate in known["rate"]],
        order=known["item"].map(order),
    )
    low = min([*known["rate"], *goalposts["floor"]])
    x = alt.X(
        "f2:Q",
        scale=alt.Scale(domain=[max(0.0, low - 0.05), 1.0], nice=False),
        axis=alt.Axis(title="得分率（得分÷满分）", format=".0%", tickCount=5, labelAngle=0),
    )
    axis = alt.Axis(title=None, labelExpr=_LINES, labelLimit=120, grid=True)
    y = alt.Y("f1:N", axis=axis, sort=by_number("f5"))
    lines = tooltip(("f3", "单位"), ("f1", "项目"), ("f4", "得分率"))
    cloud = alt.Chart(safe(known, _COLUMNS)).encode(x=x, y=y, tooltip=lines)
    layers = [
        cloud.mark_circle(size=26, color=palette.CONTEXT, opacity=0.55),
        *_posts(goalposts, order, x, y),
    ]
    chosen = known[known["unit_id"] == unit_id]
    if not chosen.empty:
        layers += _chosen(chosen, goalposts, x, y, lines)
    return finished(alt.layer(*layers), height=ROW * len(goalposts))


def _posts(goalposts: pd.DataFrame, order: dict[str, int], x: alt.X, y: alt.Y) -> list[alt.Chart]:
    marks = []
    for column, title, colour in (
        ("floor", "底线", palette.WORSE_TEXT),
        ("stretch", "高线", palette.BETTER),
    ):
        rows = goalposts.assign(
            rate=goalposts[column],
            unit_name=title,
            rate_text=[percent(each) for each in goalposts[column]],
            order=goalposts["item"].map(order),
        )
        base = alt.Chart(safe(rows.dropna(subset=["rate"]), _COLUMNS)).encode(x=x, y=y)
        mark = base.mark_tick(color=colour, thickness=3, size=26, orient="vertical")
        marks.append(mark.encode(tooltip=tooltip(("f1", "项目"), ("f3", "标线"), ("f4", "得分率"))))
    return marks


def _chosen(
    chosen: pd.DataFrame, goalposts: pd.DataFrame, x: alt.X, y: alt.Y, lines: list[alt.Tooltip]
) -> list[alt.Chart]:
    floors = chosen["item"].map(goalposts.set_index("item")["floor"])
    layers = []
    for rows, colour, text_colour, shape in (
        (chosen[chosen["rate"] >= floors], palette.BETTER, palette.BETTER, "circle"),
        (chosen[chosen["rate"] < floors], palette.WORSE, palette.WORSE_TEXT, "square"),
    ):
        base = alt.Chart(safe(rows, _COLUMNS)).encode(x=x, y=y, tooltip=lines)
        layers.append(base.mark_point(filled=True, size=110, color=colour, shape=shape, opacity=1))
        layers += haloed(
            base.encode(text=alt.Text("f4:N")), dy=-15, fontWeight="bold", color=text_colour
        )
    return layers
