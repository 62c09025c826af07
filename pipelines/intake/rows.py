"""Rows of raw cells to typed records, a batch at a time, with a finding for what cannot be read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import pyarrow as pa

from pipelines.domain.fields import Kind
from pipelines.domain.findings import Finding, Severity
from pipelines.intake.cells.cell import CellError, clean
from pipelines.intake.cells.columns import TypedColumn, question_id, type_column
from pipelines.intake.choices import Names
from pipelines.intake.derived import (
    Columns,
    constant,
    derive_key,
    read_due_words,
    refuse_periods,
    spread_period,
)
from pipelines.intake.inspection import ColumnMatch
from pipelines.intake.layout.plans import TablePlan
from pipelines.intake.layout.reading import column_at
from pipelines.intake.measures import settle_measures
from pipelines.intake.points import Point, points_of
from pipelines.intake.privacy import mask
from pipelines.intake.schema import POINT, RAW, ROW, SHEET, raw_fields, typed_schema
from pipelines.intake.source.grid import Cell, Row
from pipelines.intake.told import Told
from pipelines.reference import Vocabulary

_SHOWN = 60  # characters of a bad cell that a finding repeats


@dataclass(kw_only=True)
class Batch:
    """Typed records in source order, with ``_point``; ``held``: positions that may not be stored.

    ``findings``: one for each unreadable cell, with its position.
    """

    table: pa.Table
    held: set[int] = field(default_factory=set)
    findings: list[tuple[int, Finding]] = field(default_factory=list)


class RecordReader:
    """Types the rows of one table; ``first_point`` numbers its points among those of the file."""

    def __init__(
        self,
        plan: TablePlan,
        words: dict[str, Vocabulary],
        names: Names,
        answers: Mapping[str, str],
        first_point: int = 0,
    ) -> None:
        self._plan = plan
        self._contract = plan.contract
        self._words = words
        self._names = names
        self._answers = answers
        self._first_point = first_point
        self._base, self._points = points_of(plan)
        self._schema = typed_schema(plan.contract).append(pa.field(POINT, pa.int32()))
        self.told = Told()

    @property
    def headers(self) -> list[dict[str, str]]:
        """For each point the source header of every field."""
        base = {name: each.header for name, each in self._base.items()}
        return [
            {**base, **{name: each.header for name, each in point.columns.items()}}
            for point in self._points
        ]

    def read(self, positions: list[int], rows: list[Row]) -> Batch:
        """Records of ``rows`` at their 0-based source ``positions``, in row order."""
        base = Columns()
        for name, match in self._base.items():
            self._type(base, name, match, rows)
        made = [self._point(base, point, rows) for point in self._points]
        tables = [self._table(each, number, positions) for number, each in enumerate(made)]
        kept = self._interleaved(made, len(rows))
        table = tables[0]
        if len(tables) > 1:
            table = pa.concat_tables(tables).take(pa.array(kept, pa.int64()))
        batch = Batch(table=table)
        self._report(batch, made, positions, kept)
        return batch

    def _type(self, into: Columns, name: str, match: ColumnMatch, rows: list[Row]) -> None:
        into.matches[name] = match
        into.cells[name] = mine = column_at(rows, match.index)
        into.typed[name] = type_column(
            self._contract[name],
            mine,
            self._words,
            measure=match.measure,
            year=self._plan.year,
            answers=self._answers,
        )
        if self._contract[name].kind is Kind.MONTH and self._contract.pivot is None:
            refuse_periods(into.typed[name])

    def _point(self, base: Columns, point: Point, rows: list[Row]) -> Columns:
        own, count = base.copy(), len(rows)
        for name, match in point.columns.items():
            self._type(own, name, match, rows)
        for name, value in {**self._plan.constants, **point.constants}.items():
            if name not in own.typed:
                own.typed[name] = self._constant(name, value, count)
        if self._contract.pivot is not None:
            spread_period(own, self._contract, count)
            settle_measures(own, self._plan, self._names, count)
        read_due_words(self._contract, own, self._words["due_word"])
        self.told.derived += derive_key(self._contract, own, count)
        return own

    def _constant(self, name: str, value: Cell, count: int) -> TypedColumn:
        of = self._contract[name]
        meant = mask(value) if isinstance(value, str) else value
        one = type_column(of, [meant], self._words, year=self._plan.year)
        return constant(one.values[0], count)

    def _table(self, own: Columns, number: int, positions: list[int]) -> pa.Table:
        count = len(positions)
        raw_names = raw_fields(self._contract)
        columns = {
            each.name: own.typed[each.name].values
            if each.name in own.typed
            else pa.nulls(count, self._schema.field(each.name).type)
            for each in self._contract.fields
        }
        raw = [
            own.typed[name].raw if name in own.typed else pa.nulls(count, pa.string())
            for name in raw_names
        ]
        sheet = mask(self._plan.sheet.name) if self._plan.sheet.name else None
        columns[ROW] = pa.array([position + 1 for position in positions], pa.int64())
        columns[SHEET] = pa.array([sheet] * count, pa.string())
        columns[RAW] = pa.StructArray.from_arrays(raw, names=list(raw_names))
        columns[POINT] = pa.array([self._first_point + number] * count, pa.int32())
        return pa.table(columns, schema=self._schema)

    def _interleaved(self, made: list[Columns], count: int) -> list[int]:
        """Positions in the tables of all points laid end to end: by row, then by point.

        Side by side, an empty cell is no record.
        """
        if len(made) == 1:
            return list(range(count))
        written = [
            [any(clean(cells[i]) for cells in measured) for i in range(count)]
            for point, own in zip(self._points, made, strict=True)
            if (measured := [own.cells[name] for name in point.columns])
        ]
        kept = [
            number * count + i
            for i in range(count)
            for number in range(len(made))
            if written[number][i]
        ]
        self.told.blank += len(made) * count - len(kept)
        return kept

    def _report(
        self, batch: Batch, made: list[Columns], positions: list[int], kept: list[int]
    ) -> None:
        """Findings for unreadable cells; a cell that several records share is told once."""
        if not any(column.errors or column.notes for own in made for column in own.typed.values()):
            return
        count = len(positions)
        place = {index: position for position, index in enumerate(kept)}
        seen: set[tuple[int, str]] = set()
        for number, own in enumerate(made):
            for name, column in own.typed.items():
                for i, error in column.errors.items():
                    position = place.get(number * count + i)
                    if position is None:
                        continue
                    batch.held.add(position)
                    header = own.header(name, self._contract)
                    if (i, header) not in seen:
                        seen.add((i, header))
                        cell = own.cells[name][i] if name in own.cells else None
                        self._tell(batch, position, positions[i] + 1, header, name, cell, error)
                for i, note in column.notes.items():
                    if number * count + i in place and name in own.cells:
                        header = own.matches[name].header
                        empty = not column.values[i].is_valid
                        self.told.note(header, own.cells[name][i], note, positions[i] + 1, empty)

    def _tell(
        self,
        batch: Batch,
        position: int,
        row: int,
        header: str,
        name: str,
        cell: Cell,
        error: CellError,
    ) -> None:
        value = mask(clean(cell))[:_SHOWN]
        batch.findings.append(
            (
                position,
                Finding(
                    severity=Severity.CRITICAL,
                    rule=f"typed_{name}",
                    row=row,
                    column=header,
                    value=value,
                    why=error.why,
                    how=error.how,
                ),
            )
        )
        if error.options:
            key = question_id(self._contract[name], cell)
            self.told.ask(key, header, value, error, row)
