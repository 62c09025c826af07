"""The figures of the fusion chain in one month, each with its change and its 从哪来."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from dashboard.components.measure_lineage import measure_value, show_measure_lineage
from dashboard.escape import markdown
from dashboard.format import count, is_missing, number_with_unit, points
from dashboard.status import Goodness
from pipelines.domain.measures import Additivity, Measure
from pipelines.measures import measure

PER_ROW = 4
# The measure and the tree in which its rows stand, in the order of the chain.
CHAIN = (
    ("link_rate_confirmed", "party"),
    ("link_rate_suggested", "party"),
    ("weak_link_coverage", "admin"),
    ("busy_unmoved_rate", "admin"),
    ("phase_coverage_rate", "admin"),
    ("step_gap_days", "admin"),
    ("closure_rate", "admin"),
    ("overdue_open_count", "admin"),
)
COLOURS = {Goodness.BETTER: "blue", Goodness.WORSE: "orange", Goodness.NEUTRAL: "gray"}


def chain_figures(month: str, measures: pd.DataFrame) -> None:
    """One tile a measure; ``measures``: measure_month. Those without rows say so."""
    found = {(row.measure_id, row.tree): row for row in measures.itertuples()}
    for start in range(0, len(CHAIN), PER_ROW):
        tiles = zip(st.columns(PER_ROW), CHAIN[start : start + PER_ROW], strict=False)
        for column, (measure_id, tree) in tiles:
            with column.container(border=True, height="stretch"):
                _tile(measure(measure_id), tree, month, found.get((measure_id, tree)))


def _tile(of: Measure, tree: str, month: str, row: object | None) -> None:
    if row is None or is_missing(row.value):
        st.metric(of.label, "—", help=markdown(of.definition))
        st.caption("本月没有可算的行")
        return
    st.metric(
        of.label,
        measure_value(row.value, of),
        difference(of, row.value, row.previous_value),
        delta_color=COLOURS[goodness(of, row.value, row.previous_value)],
        help=markdown(f"{of.definition}{of.not_told}"),
    )
    parts = f"{count(row.numerator)} ÷ {count(row.denominator)}"
    if of.additivity is not Additivity.RATIO:
        parts = f"由 {count(row.row_count)} 行算得"
    st.caption(f"{parts}，与上月持平" if row.value == row.previous_value else parts)
    if st.button("从哪来", key=f"chain_{of.id}", type="tertiary"):
        show_measure_lineage(of.id, tree, "*", month)


def difference(of: Measure, value: float, previous: float | None) -> str | None:
    """The change in the unit of the measure; None without a month before, or when equal."""
    if is_missing(previous) or value == previous:
        return None
    if of.unit == "%":
        return f"{points(value - previous)}（比上月）"
    sign = "+" if value > previous else ""
    return f"{sign}{number_with_unit(value - previous, of.unit)}（比上月）"


def goodness(of: Measure, value: float, previous: float | None) -> Goodness:
    """Direction times the polarity of the measure."""
    if is_missing(previous) or of.polarity == 0 or value == previous:
        return Goodness.NEUTRAL
    return Goodness.BETTER if (value > previous) == (of.polarity > 0) else Goodness.WORSE
