"""Shares or differences as a dot with its interval and its figure in words, one row each."""

from __future__ import annotations

import math

import altair as alt
import pandas as pd

from dashboard.charts import palette
from dashboard.charts.base import (
    TWO_WIDTHS_LABEL_EXPR,
    by_number,
    finished,
    haloed,
    safe,
    tooltip,
    wrapped,
)

ROW_HEIGHT = 34
_COLUMNS = ["label", "at", "share", "low", "high", "text", "text_at", "name", "interval", "hidden"]
_PERCENT = "format(datum.value, '.0%')"
_SIGNED = "(datum.value > 0 ? '+' : '') + format(datum.value * 100, 'd')"  # 百分点
NARROW, WIDE = 9, 20  # Chinese characters of a label


def interval_dots(rows: pd.DataFrame, *, difference: bool) -> alt.LayerChart:
    """``rows [name, group, share, low, high, text, interval]``, one row each, in that order.

    share, low and high are 0–1, or −1–1 when ``difference``; then a rule marks 0. A row without
    share has no dot, a row without interval only its ``text``, which is always written.
    """
    reach = _reach(rows) if difference else 1.0
    start = -reach if difference else 0.0
    data = safe(_prepared(rows, start), _COLUMNS)
    ticks = [-reach, 0, reach] if difference else [0, 0.5, 1]
    label = _SIGNED if difference else _PERCENT
    axis = alt.Axis(title=None, values=ticks, labelExpr=label, grid=True)
    scale = alt.Scale(domain=[start, reach + 0.45 * (reach - start)], nice=False)
    labels = alt.Axis(title=None, labelExpr=TWO_WIDTHS_LABEL_EXPR, labelLimit=0, domain=False)
    base = alt.Chart(data).encode(
        y=alt.Y("f1:N", sort=by_number("f2"), axis=labels),
        tooltip=tooltip(("f8", "项目"), ("f6", "数值"), ("f9", "95% 区间")),
    )
    known = base.transform_filter("isValid(datum.f4)")
    bars = known.mark_rule(strokeWidth=4, color=palette.CONTEXT).encode(
        x=alt.X("f4:Q", scale=scale, axis=axis), x2=alt.X2("f5:Q")
    )
    dots = base.transform_filter("isValid(datum.f3)").mark_point(
        filled=True, size=80, opacity=1, color=palette.INK
    )
    texts = base.encode(
        x=alt.X("f7:Q", scale=scale, axis=axis),
        text=alt.Text("f6:N"),
        color=alt.condition("datum.f10", alt.value(palette.INK_SOFT), alt.value(palette.INK)),
    )
    layers = [bars, dots.encode(x=alt.X("f3:Q", scale=scale, axis=axis))]
    layers += haloed(texts, align="left", dx=7)
    if difference:
        zero = alt.Chart(data.head(1)).mark_rule(color=palette.INK_SOFT).encode(x=alt.XDatum(0))
        layers.insert(0, zero)
    lines = max(each.split("\t")[0].count("\n") for each in data["f1"])
    return finished(alt.layer(*layers), height=alt.Step(ROW_HEIGHT + 12 * (lines - 1)))


def _prepared(rows: pd.DataFrame, start: float) -> pd.DataFrame:
    names = [(_flat(a), _flat(b)) for a, b in zip(rows["name"], rows["group"], strict=True)]
    return rows.assign(
        at=range(len(rows)),
        label=[
            f"{_short(a, NARROW)}\n{_cut(b, NARROW)}\t{_cut(_bare(a), WIDE)} · {b}"
            for a, b in names
        ],
        name=[f"{a} · {b}" for a, b in names],
        text_at=rows["high"].fillna(start),
        hidden=rows["high"].isna(),
    )


def _reach(rows: pd.DataFrame) -> float:
    """Half the width of the axis: the furthest interval, rounded up to 0.1."""
    widest = rows[["low", "high"]].abs().max(axis=None)
    return 0.2 if pd.isna(widest) else min(1.0, max(0.2, math.ceil(widest * 10) / 10))


def _flat(text: object) -> str:
    return " ".join(str(text).split())


def _bare(text: str) -> str:
    """Without a remark in brackets at the end; the tooltip and the table keep it."""
    return text.rpartition("（")[0] if text.endswith("）") and text.rpartition("（")[0] else text


def _short(text: str, size: int) -> str:
    """At most two lines of ``size`` characters."""
    return wrapped(_cut(_bare(text), 2 * size), size)


def _cut(text: str, size: int) -> str:
    return text if len(text) <= size else text[: size - 1] + "…"
