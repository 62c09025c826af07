"""The figures of the fusion chain in one month, each with its change and its 从哪来."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from dashboard.components.bridge_gap import gap_note
from dashboard.components.measure_lineage import show_measure_lineage
from dashboard.components.tiles import arrow, tiles
from dashboard.escape import markdown
from dashboard.format import count, is_missing, measure_change, measure_parts, measure_value
from dashboard.status import Goodness
from pipelines.domain.measures import Additivity, Measure
from pipelines.measures import measure
from pipelines.measures.sql import EVERYTHING

# The measure and the tree in which its rows stand; the first four are what a leader reads first.
CHAIN = (
    ("link_rate_confirmed", "party"),
    ("weak_link_coverage", "admin"),
    ("closure_rate", "admin"),
    ("overdue_open_count", "admin"),
    ("link_rate_suggested", "party"),
    ("busy_unmoved_rate", "admin"),
    ("phase_coverage_rate", "admin"),
    ("step_gap_days", "admin"),
)
FIRST = 4
_TARGETS = "要指标库，和有目标的业务指标月报"
_TASKS = "要重点任务和任务步骤"
NEEDS = {  # what a figure is counted from, when it has no row
    "link_rate_confirmed": "要党建活动台账",
    "weak_link_coverage": _TARGETS,
    "closure_rate": "要督办整改台账里当月到期的事项",
    "overdue_open_count": "没有逾期未结的事项，或没有督办整改台账",
    "link_rate_suggested": "要党建活动台账",
    "busy_unmoved_rate": _TARGETS,
    "phase_coverage_rate": _TASKS,
    "step_gap_days": _TASKS,
}
COLOURS = {Goodness.BETTER: "blue", Goodness.WORSE: "orange", Goodness.NEUTRAL: "gray"}


def chain_figures(month: str, measures: pd.DataFrame, *, folded: bool = False) -> None:
    """One tile a measure that has a value; the others are named in one line with what they need.

    ``measures``: measure_month. ``folded``: only the first four are open.
    """
    found = {(row.measure_id, row.tree): row for row in measures.itertuples()}
    told = [each for each in CHAIN if each in found and not is_missing(found[each].value)]
    first = [each for each in told if not folded or each in CHAIN[:FIRST]]
    rest = [each for each in told if each not in first]
    _tiles(first, found, month)
    if rest:
        names = "、".join(measure(name).label for name, _ in rest)
        with st.expander(f"其余 {len(rest)} 项：{names}"):
            _tiles(rest, found, month)
    if len(told) < len(CHAIN):
        st.caption(markdown(untold_sentence([e for e in CHAIN if e not in told])))
    gap_note("admin", EVERYTHING, month)


def untold_sentence(untold: list[tuple[str, str]]) -> str:
    """Which figures have no rows this month, and what their rows would come from."""
    wanted: dict[str, list[str]] = {}
    for name, _ in untold:
        wanted.setdefault(NEEDS[name], []).append(measure(name).label)
    said = [f"{'、'.join(labels)}（{needs}）" for needs, labels in wanted.items()]
    return f"本月没有可算的行：{'；'.join(said)}。"


def _tiles(listed: list[tuple[str, str]], found: dict, month: str) -> None:
    for column, (measure_id, tree) in tiles(listed, key=f"chain_{listed[0][0]}" if listed else ""):
        with column:
            _tile(measure(measure_id), tree, month, found[measure_id, tree])


def _tile(of: Measure, tree: str, month: str, row: object) -> None:
    delta = difference(of, row.value, row.previous_value)
    st.metric(
        of.label,
        measure_value(row.value, of),
        delta,
        delta_arrow=arrow(row.value, row.previous_value),
        delta_color=COLOURS[goodness(of, row.value, row.previous_value)],
        delta_description=None if delta is None else "比上月",
        help=markdown(f"{of.definition}{of.not_told}"),
    )
    parts = f"由 {count(row.row_count)} 行算得"
    if of.additivity is Additivity.RATIO:
        parts = measure_parts(row.numerator, row.denominator, of)
    st.caption(f"{parts}，与上月持平" if row.value == row.previous_value else parts)
    if st.button("从哪来", key=f"chain_{of.id}", type="tertiary"):
        show_measure_lineage(of.id, tree, "*", month)


def difference(of: Measure, value: float, previous: float | None) -> str | None:
    """The change in the unit of the measure; None without a month before, or when equal."""
    if is_missing(previous) or value == previous:
        return None
    return measure_change(value, previous, of)


def goodness(of: Measure, value: float, previous: float | None) -> Goodness:
    """Direction times the polarity of the measure."""
    if is_missing(previous) or of.polarity == 0 or value == previous:
        return Goodness.NEUTRAL
    return Goodness.BETTER if (value > previous) == (of.polarity > 0) else Goodness.WORSE
