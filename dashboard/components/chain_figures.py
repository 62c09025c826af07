"""The figures of the fusion chain in one month, each with its change and its 从哪来."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

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
# Items and tasks belong to organisations of either tree; those of party organisations are in no
# figure of the administrative tree.
OF_EITHER = ("closure_rate", "overdue_open_count", "phase_coverage_rate", "step_gap_days")
FIRST_NAMES = {name for name, _ in CHAIN[:FIRST]}
Place = tuple[str, str]  # measure and tree
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
    found: dict[Place, Any] = {
        (row.measure_id, row.tree): row
        for row in measures.itertuples()
        if not is_missing(row.value)
    }
    placed = places(found)
    first = [each for each in placed if not folded or stands_first(each, placed)]
    rest = [each for each in placed if each not in first]
    _tiles(first, found, month)
    if rest:
        names = "、".join(tile_label(*each) for each in rest)
        with st.expander(f"其余 {len(rest)} 项：{names}"):
            _tiles(rest, found, month)
    told = {name for name, _ in placed}
    if untold := [each for each in CHAIN if each[0] not in told]:
        st.caption(markdown(untold_sentence(untold)))
    gap_note("admin", EVERYTHING, month)


def places(found: Collection[Place]) -> list[Place]:
    """The figures that have a value; beside one of OF_EITHER that of the party tree."""
    wanted = [
        (name, tree)
        for name, own in CHAIN
        for tree in ((own, "party") if name in OF_EITHER else (own,))
    ]
    return [each for each in wanted if each in found]


def stands_first(place: Place, placed: list[Place]) -> bool:
    """One of the first four; of the two of a measure the first that there is."""
    name = place[0]
    return name in FIRST_NAMES and place == next(each for each in placed if each[0] == name)


def tile_label(measure_id: str, tree: str) -> str:
    """The label of the measure; a figure of party organisations where others count both says so."""
    label = measure(measure_id).label
    return f"{label}（党组织）" if measure_id in OF_EITHER and tree == "party" else label


def untold_sentence(untold: list[Place]) -> str:
    """Which figures have no rows this month, and what their rows would come from."""
    wanted: dict[str, list[str]] = {}
    for name, _ in untold:
        wanted.setdefault(NEEDS[name], []).append(measure(name).label)
    said = [f"{'、'.join(labels)}（{needs}）" for needs, labels in wanted.items()]
    return f"本月没有可算的行：{'；'.join(said)}。"


def _tiles(listed: list[Place], found: Mapping[Place, Any], month: str) -> None:
    for column, (measure_id, tree) in tiles(listed, key=f"chain_{listed[0][0]}" if listed else ""):
        with column:
            _tile(measure(measure_id), tree, month, found[measure_id, tree])


def _tile(of: Measure, tree: str, month: str, row: Any) -> None:
    delta = difference(of, row.value, row.previous_value)
    st.metric(
        tile_label(of.id, tree),
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
    if st.button("从哪来", key=f"chain_{of.id}_{tree}", type="tertiary"):
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
