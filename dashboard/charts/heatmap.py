"""Activity type × KPI at one lag: the figure in the cell, faded when it may be nothing."""

from __future__ import annotations

from collections.abc import Mapping

import altair as alt
import pandas as pd

from dashboard.charts import palette
from dashboard.charts.base import (
    LINES_LABEL_EXPR,
    TWO_WIDTHS_LABEL_EXPR,
    by_number,
    finished,
    n_of,
    safe,
    tooltip,
    two_widths,
    wrapped_name,
)
from dashboard.format import interval_texts, is_missing, signed

ROW_HEIGHT = 34
LINE_HEIGHT = 13
LEGEND_HEIGHT = 60  # the colour bar and the space around it share the height with the rows
FAINT, FULL = 0.25, 1.0
PICKED = "picked"
_KPI, _TYPE = "f15", "f10"
_FIGURE_SIZE = alt.ExprRef("width < 480 ? 9 : 11")  # eight columns must fit on a phone


def association_heatmap(cells: pd.DataFrame) -> alt.LayerChart:
    """``cells [kpi, kpi_name, activity_type, r, low, high, n_obs, n_units, n_months, state,
    pair_state, is_claim, is_told]``, ``state`` of the cell alone and ``pair_state`` of its pair.

    One row per KPI and one column per activity type, in the order of first appearance. Only a
    cell that is told has its colour in full; the pairs of claims are outlined at every lag. A
    cell without r stays blank.
    """
    prepared = _prepared(cells)
    lines = 1 + max(label.split("\t")[0].count("\n") for label in prepared["column"])
    base = alt.Chart(safe(prepared, _COLUMNS)).encode(x=_columns_axis(lines), y=_rows_axis())
    frame = base.mark_rect(fill=palette.PAPER, stroke=palette.CONTEXT_FAINT).encode(
        tooltip=_tooltip()
    )
    frame = frame.add_params(alt.selection_point(name=PICKED, fields=[_KPI, _TYPE]))
    known = base.transform_filter("isValid(datum.f5)")
    tiles = known.mark_rect(stroke=palette.PAPER, strokeWidth=2).encode(
        color=_colour(), opacity=alt.Opacity("f6:Q", scale=None), tooltip=_tooltip()
    )
    figures = known.mark_text(fontSize=_FIGURE_SIZE).encode(
        text=alt.Text("f7:N"), color=alt.Color("f8:N", scale=None), tooltip=_tooltip()
    )
    claimed = base.transform_filter("datum.f17").mark_rect(
        fill=None, stroke=palette.INK, strokeWidth=1.5, tooltip=None
    )
    layers = alt.layer(frame, tiles, figures, claimed).resolve_scale(color="independent")
    return finished(layers, height=_height(prepared, lines))


_COLUMNS = [
    "row", "row_at", "column", "column_at", "r", "opacity", "figure", "ink",
    "kpi_name", "activity_type", "r_text", "interval", "n_text", "state", "kpi", "pair_state",
    "is_claim",
]  # fmt: skip


def picked_pair(selection: Mapping[str, object]) -> tuple[str, str] | None:
    """KPI and activity type of the cell that was clicked; None when the click cleared it."""
    cells = selection.get(PICKED) or []
    if not isinstance(cells, list) or not cells or _KPI not in cells[0]:
        return None
    return cells[0][_KPI], cells[0][_TYPE]


def _height(prepared: pd.DataFrame, lines: int) -> int:
    """Room for the column labels, every row with its longest name, and the legend."""
    tallest = 1 + max(name.count("\n") for name in prepared["row"])
    row = max(ROW_HEIGHT, tallest * LINE_HEIGHT + 8)
    return row * prepared["row"].nunique() + lines * LINE_HEIGHT + LEGEND_HEIGHT


def _prepared(cells: pd.DataFrame) -> pd.DataFrame:
    sure = cells["is_told"]
    return cells.assign(
        row=[wrapped_name(name, 9) for name in cells["kpi_name"]],
        row_at=pd.factorize(cells["kpi_name"])[0],
        column=two_widths(list(cells["activity_type"]), narrow=2, wide=7),
        column_at=pd.factorize(cells["activity_type"])[0],
        opacity=sure.map({True: FULL, False: FAINT}),
        figure=["" if is_missing(r) else signed(r) for r in cells["r"]],
        ink=[_ink(r, yes) for r, yes in zip(cells["r"], sure, strict=True)],
        r_text=[signed(r) for r in cells["r"]],
        interval=interval_texts(cells),
        n_text=n_of(cells),
    )


def _ink(r: float, sure: bool) -> str:
    if not sure:
        return palette.INK_SOFT
    return palette.PAPER if abs(r) >= 0.3 else palette.INK


def _colour() -> alt.Color:
    scale = alt.Scale(domain=palette.DIVERGING_STOPS, range=palette.DIVERGING_COLOURS)
    legend = alt.Legend(
        title=None, orient="bottom", gradientLength=220, values=[-1, -0.5, 0, 0.5, 1]
    )
    return alt.Color("f5:Q", scale=scale, legend=legend)


def _columns_axis(lines: int) -> alt.X:
    """Vega writes further lines downwards, so the first one starts high enough above the cells."""
    axis = alt.Axis(
        title=None, orient="top", labelAngle=0, labelExpr=TWO_WIDTHS_LABEL_EXPR,
        labelLineHeight=LINE_HEIGHT, labelOverlap=False, labelFontSize=11, domain=False,
        ticks=False, labelBaseline="top", labelLimit=0, labelPadding=lines * LINE_HEIGHT + 4,
    )  # fmt: skip
    return alt.X("f3:N", sort=by_number("f4"), axis=axis)


def _rows_axis() -> alt.Y:
    axis = alt.Axis(
        title=None, labelExpr=LINES_LABEL_EXPR, labelLineHeight=LINE_HEIGHT, labelOverlap=False,
        labelFontSize=11, domain=False, ticks=False, labelLimit=110,
    )  # fmt: skip
    return alt.Y("f1:N", sort=by_number("f2"), axis=axis)


def _tooltip() -> list[alt.Tooltip]:
    return tooltip(
        ("f9", "指标"),
        ("f10", "活动类型"),
        ("f11", "r"),
        ("f12", "95% 区间"),
        ("f13", "依据"),
        ("f14", "单看这一格"),
        ("f16", "这一对的判断"),
    )
