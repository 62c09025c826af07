"""从哪来 of the figures of a table: choose one, and the dialog of its measure opens."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st

from dashboard import data
from dashboard.components.measure_lineage import show_measure_lineage
from pipelines.measures import measure


@dataclass(frozen=True, kw_only=True)
class Source:
    """A figure as it is called on the page, and the measure that it is a value of."""

    label: str
    measure_id: str
    tree: str
    unit_id: str = "*"
    part: str | None = None


TREES = {"party": "党组织", "admin": "行政单位"}


def month_sources(measure_ids: Sequence[str], month: str) -> list[Source]:
    """The values of the whole trees in ``month`` or the month before of these measures, each named
    with its tree."""
    found = data.query("measure_month", month=month)
    found = found.dropna(subset=["value", "previous_value"], how="all")
    there = set(zip(found["measure_id"], found["tree"], strict=True))
    return [
        Source(label=f"{measure(each).label} · {name}", measure_id=each, tree=tree)
        for each in measure_ids
        for tree, name in TREES.items()
        if (each, tree) in there
    ]


def source_choice(sources: Sequence[Source], month: str, *, key: str) -> None:
    """A list of the figures and the button; nothing without any."""
    if not sources:
        return
    labels = {each.label: each for each in sources}
    chosen = st.selectbox(
        "看哪个数从哪来", list(labels), index=None, placeholder="请选择", key=key, filter_mode=None
    )
    if chosen is not None and st.button("从哪来", key=f"{key}_open"):
        of = labels[chosen]
        show_measure_lineage(of.measure_id, of.tree, of.unit_id, month, part=of.part)
