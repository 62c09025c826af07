"""What all charts share: safe columns, one look, month axes, wrapped labels."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

import altair as alt
import pandas as pd
from altair.utils import schemapi

from dashboard.charts import palette
from dashboard.escape import chart_columns
from dashboard.format import count

C = TypeVar("C", alt.Chart, alt.LayerChart)

# January carries its year; "2026-03" reads 3月, "2026-01" 26年1月.
MONTH_LABEL_EXPR = (
    "(slice(datum.label, 5) == '01' ? slice(datum.label, 2, 4) + '年' : '')"
    " + toNumber(slice(datum.label, 5)) + '月'"
)
LINES_LABEL_EXPR = "split(datum.label, '\\n')"
# A label made by two_widths: its narrow form on a phone, its wide form elsewhere.
TWO_WIDTHS_LABEL_EXPR = "split(split(datum.label, '\\t')[width < 480 ? 0 : 1], '\\n')"


@dataclass(frozen=True)
class Drawn:
    """A chart as it is handed to the page; checked against the schema until ``trust_charts``."""

    chart: alt.TopLevelMixin

    def to_dict(self) -> dict[str, object]:
        """The specification in Vega-Lite."""
        return self.chart.to_dict(validate=schemapi.DEBUG_MODE)


@dataclass(kw_only=True)
class Family:
    """Layered charts that differ in data and axis labels: Altair makes and reads the first."""

    first: Drawn
    _spec: str = ""

    def to_dict(self, frames: Sequence[pd.DataFrame], labels: str) -> dict[str, object]:
        """The specification with ``frames``, one a layer, in the place of those of the first, and
        ``labels`` as the expression of its vertical axis."""
        self._spec = self._spec or json.dumps(self.first.to_dict())
        spec = json.loads(self._spec)
        take = alt.data_transformers.get()
        for layer, frame in zip(spec["layer"], frames, strict=True):
            layer["data"] = take(frame)
            if axis := layer["encoding"].get("y", {}).get("axis"):
                axis["labelExpr"] = labels
        return spec


@dataclass(frozen=True, kw_only=True)
class Member:
    """A chart of a family as it is handed to the page."""

    family: Family
    frames: tuple[pd.DataFrame, ...]
    labels: str

    def to_dict(self) -> dict[str, object]:
        """The specification in Vega-Lite."""
        return self.family.to_dict(self.frames, self.labels)


def trust_charts() -> None:
    """Check no part and no chart against the schema any more: that takes three quarters of the time
    of a chart. For the server; in tests every chart of every page is checked."""
    schemapi.disable_debug_mode()


def safe(frame: pd.DataFrame, columns: list[str]) -> pd.DataFrame:
    """``columns`` of the frame, in that order, renamed f1, f2 …: odd names break Vega."""
    return chart_columns(frame[columns])[0]


def by_number(field: str) -> alt.EncodingSortField:
    """Order of a discrete axis by a number column, so that no text enters an expression."""
    return alt.EncodingSortField(field=field, op="min", order="ascending")


def wrapped(text: str, width: int) -> str:
    """``text`` broken into lines of at most ``width`` Chinese characters (Latin counts half)."""
    lines, line, used = [], "", 0.0
    for character in " ".join(str(text).split()):
        size = 1.0 if unicodedata.east_asian_width(character) in "WF" else 0.5
        if used + size > width and line:
            lines.append(line)
            line, used = "", 0.0
        line += character
        used += size
    return "\n".join([*lines, line])


def wrapped_name(text: str, width: int) -> str:
    """As ``wrapped``; a remark in brackets at the end keeps to a line of its own."""
    name, bracket, remark = str(text).rpartition("（")
    if not name.strip() or "\n" not in wrapped(text, width):
        return wrapped(text, width)
    return f"{wrapped(name, width)}\n{wrapped(bracket + remark, width)}"


def two_widths(names: list[str], *, narrow: int, wide: int) -> list[str]:
    """Column labels for TWO_WIDTHS_LABEL_EXPR, padded on top so that all end level."""
    forms = [[wrapped(name, size) for name in names] for size in (narrow, wide)]
    tallest = max((text.count("\n") for texts in forms for text in texts), default=0)
    padded = [["\n" * (tallest - t.count("\n")) + t for t in texts] for texts in forms]
    return ["\t".join(pair) for pair in zip(*padded, strict=True)]


def upright(title: str) -> dict[str, object]:
    """Options of a vertical axis whose title stands level above it."""
    return {
        "title": title,
        "titleAngle": 0,
        "titleAlign": "left",
        "titleAnchor": "end",
        "titleBaseline": "bottom",
        "titleX": 0,
        "titleY": -8,
    }


def haloed(text: alt.Chart, **mark: object) -> list[alt.Chart]:
    """``text`` as a text mark on a white outline, legible over lines and points."""
    outline = {"stroke": palette.PAPER, "strokeWidth": 4, "strokeJoin": "round"}
    return [text.mark_text(**mark, **outline), text.mark_text(**mark)]


def month_axis(field: str) -> alt.X:
    """A horizontal axis of months "2026-03"; labels that would collide are left out."""
    axis = alt.Axis(
        title=None, labelAngle=0, labelExpr=MONTH_LABEL_EXPR, labelOverlap="greedy", grid=False
    )
    return alt.X(f"{field}:O", axis=axis)


def tooltip(*pairs: tuple[str, str]) -> list[alt.Tooltip]:
    """Tooltip lines from (field, Chinese title); the fields hold formatted text."""
    return [alt.Tooltip(f"{field}:N", title=title) for field, title in pairs]


def n_of(cells: pd.DataFrame) -> list[str]:
    """How much each cell rests on: 4,100 个单位月（120 个单位 × 36 个月）."""
    return [
        f"{count(obs)} 个单位月（{count(units)} 个单位，{count(months)} 个月）"
        for obs, units, months in zip(
            cells["n_obs"], cells["n_units"], cells["n_months"], strict=True
        )
    ]


def finished(chart: C, *, height: int | alt.Step) -> C:
    """The common look: width of the container, quiet axes, Chinese font, white paper.

    Set in place: ``properties`` and every ``configure_`` of Altair copy the whole chart.
    """
    chart.width, chart.height, chart.config = "container", height, _look()
    return chart


def _look() -> alt.Config:
    return alt.Config(
        font=palette.FONT,
        background=palette.PAPER,
        padding=4,
        view=alt.ViewConfig(stroke=None),
        axis=alt.AxisConfig(
            labelColor=palette.INK_SOFT,
            titleColor=palette.INK_SOFT,
            titleFontWeight="normal",
            gridColor=palette.CONTEXT_FAINT,
            domainColor=palette.CONTEXT,
            tickColor=palette.CONTEXT,
            labelFontSize=12,
            titleFontSize=12,
        ),
        text=alt.MarkConfig(font=palette.FONT),
        legend=alt.LegendConfig(labelColor=palette.INK_SOFT, titleColor=palette.INK_SOFT),
    )
