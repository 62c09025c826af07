"""Points: what the headers of measure columns say of month and topic; one record a row and point.

A long table has one point that says nothing. Months side by side are one point a month.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from pipelines.domain.dataset import Dataset
from pipelines.domain.months import month_index
from pipelines.intake.inspection import ColumnMatch
from pipelines.intake.layout.plans import TablePlan
from pipelines.intake.source.grid import Cell


@dataclass(frozen=True, kw_only=True)
class Point:
    """``columns``: the measures that stand at this point, by field. ``constants``: what their
    headers say of the record (month as a period text, topic)."""

    columns: Mapping[str, ColumnMatch] = field(default_factory=dict)
    constants: Mapping[str, Cell] = field(default_factory=dict)


def points_of(plan: TablePlan) -> tuple[dict[str, ColumnMatch], list[Point]]:
    """Columns that every record of a row shares, by field; and the points in source order.

    A year-to-date column belongs to the record of its last month. A period in a header gives way
    to a month column.
    """
    used = [each for each in plan.columns if each.field]
    by_row = {each.field for each in used if not (each.period or each.topic)}
    grouped: dict[tuple[str | None, str | None], dict[str, ColumnMatch]] = {}
    base: dict[str, ColumnMatch] = {}
    for each in used:
        if plan.contract.pivot is None or _describes(each, plan):
            base[str(each.field)] = each
        else:
            key = (_month(each, plan, by_row), each.topic)
            grouped.setdefault(key, {})[str(each.field)] = each
    if not grouped:
        return base, [Point()]
    own = grouped.pop((None, None), {})
    if not grouped:
        return {**base, **own}, [Point()]
    if own:  # measures without a header point beside others that have one
        grouped = {(None, None): own, **grouped}
    return base, [_point(plan.contract, key, columns) for key, columns in grouped.items()]


def _describes(match: ColumnMatch, plan: TablePlan) -> bool:
    """Whether the column says what a record is about instead of how much."""
    pivot = plan.contract.pivot
    measures = {*(pivot.cumulative.values()), *(pivot.previous.values()), *pivot.cumulative}
    return match.field not in measures


def _month(match: ColumnMatch, plan: TablePlan, by_row: set[str | None]) -> str | None:
    """The period text of a column: its own, else that of the title; None when a row says it."""
    period = plan.contract.period_field
    if period is None or period in by_row:
        return None
    if match.period and match.cumulative:
        return match.period[-7:]
    return match.period or _constant_month(plan)


def _constant_month(plan: TablePlan) -> str | None:
    value = plan.constants.get(str(plan.contract.period_field))
    return None if value is None else str(value)


def _point(
    contract: Dataset, key: tuple[str | None, str | None], columns: dict[str, ColumnMatch]
) -> Point:
    month, topic = key
    constants: dict[str, Cell] = {}
    if month is not None:
        constants[str(contract.period_field)] = month
    if topic is not None:
        constants[contract.pivot.topic] = topic
    return Point(columns=columns, constants=constants)


def months_in(period: str) -> int:
    """How many months "2026-03" or "2026-01..2026-02" is."""
    first, _, last = period.partition("..")
    return 1 if not last else month_index(last) - month_index(first) + 1
