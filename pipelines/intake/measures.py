"""The unit of measure of a record, from cell, column, header or title; all figures in it."""

from __future__ import annotations

from dataclasses import replace

import pyarrow as pa
import pyarrow.compute as pc

from pipelines.domain.fields import Kind
from pipelines.intake.cells.cell import CellError
from pipelines.intake.cells.quantities import convert, find_measure
from pipelines.intake.choices import Names
from pipelines.intake.derived import Columns, column
from pipelines.intake.layout.plans import TablePlan
from pipelines.reference import fold


def settle_measures(own: Columns, plan: TablePlan, names: Names, count: int) -> None:
    """Fill the unit of measure and bring every figure of a record into it.

    A figure whose own unit cannot be converted counts as unreadable.
    """
    pivot = plan.contract.pivot
    if pivot is None:
        return
    figures = [
        each.name
        for each in plan.contract.fields
        if each.kind is Kind.NUMBER and each.name in own.typed
    ]
    written = {name: _written(own, name, count) for name in figures}
    stated = own.typed.get(pivot.measure) or column(pa.nulls(count, pa.string()))
    units = pc.coalesce(stated.values, *written.values())
    if units.null_count and plan.weak_measure:
        units = pc.coalesce(units, _from_title(own, plan, names, count))
    own.typed[pivot.measure] = replace(stated, values=units)
    for name in figures:
        _bring_into(own, name, written[name], units)


def _written(own: Columns, name: str, count: int) -> pa.Array:
    """The unit that a figure's cell or header names, null where neither does."""
    header = own.matches[name].measure if name in own.matches else None
    cells = own.typed[name].measures
    if not cells:
        return pa.array([header] * count, pa.string())
    return pa.array([cells.get(i, header) for i in range(count)], pa.string())


def _from_title(own: Columns, plan: TablePlan, names: Names, count: int) -> pa.Array:
    """单位：万元 above a table, for topics of that family and those nobody knows."""
    topics = own.typed.get(plan.contract.pivot.topic)
    if topics is None:
        return pa.array([plan.weak_measure] * count, pa.string())
    known = {fold(spelling): unit for spelling, unit in names.kpis.items()}
    title = find_measure(str(plan.weak_measure))
    encoded = topics.values.dictionary_encode()
    units = []
    for topic in encoded.dictionary.to_pylist():
        own_unit = find_measure(known.get(fold(topic), ""))
        fits = own_unit is None or (title is not None and own_unit.family == title.family)
        units.append(plan.weak_measure if fits else None)
    return pa.array(units, pa.string()).take(encoded.indices)


def _bring_into(own: Columns, name: str, written: pa.Array, units: pa.Array) -> None:
    """Convert the figures whose own unit is not the record's."""
    typed = own.typed[name]
    differs = pc.and_(pc.is_valid(typed.values), pc.fill_null(pc.not_equal(written, units), False))
    rows = pc.indices_nonzero(differs).to_pylist()
    if not rows:
        return
    values = typed.values.to_pylist()
    for row in rows:
        try:
            values[row] = convert(values[row], written[row].as_py(), units[row].as_py())
        except CellError as error:
            values[row] = None
            typed.errors[row] = error
    own.typed[name] = replace(typed, values=pa.array(values, pa.float64()))
