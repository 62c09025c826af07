"""Values that follow from other cells of a record: months of a period, due dates, its number."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import pyarrow as pa
import pyarrow.compute as pc

from pipelines.domain.dataset import Dataset
from pipelines.intake.cells.cell import CellError, due_date
from pipelines.intake.cells.columns import TypedColumn
from pipelines.intake.inspection import ColumnMatch
from pipelines.intake.points import months_in
from pipelines.intake.source.grid import Cell
from pipelines.reference import Vocabulary


@dataclass(kw_only=True)
class Columns:
    """The columns of one point while they are typed, all of the same length, by field."""

    matches: dict[str, ColumnMatch] = field(default_factory=dict)
    cells: dict[str, Sequence[Cell]] = field(default_factory=dict)
    typed: dict[str, TypedColumn] = field(default_factory=dict)

    def copy(self) -> Columns:
        """The same cells, to be completed for one point."""
        typed = {name: replace(each, errors=dict(each.errors)) for name, each in self.typed.items()}
        return Columns(matches=dict(self.matches), cells=dict(self.cells), typed=typed)

    def header(self, name: str, contract: Dataset) -> str:
        """The source header of a field, its label when no column gives it."""
        return self.matches[name].header if name in self.matches else contract[name].label


def constant(value: pa.Scalar, count: int) -> TypedColumn:
    """The same value in every row."""
    return column(pa.repeat(value, count))


def column(values: pa.Array) -> TypedColumn:
    """Values that no cell gives."""
    nothing = pa.nulls(len(values), pa.string())
    return TypedColumn(values=values, errors={}, notes={}, measures={}, raw=nothing)


def spread_period(own: Columns, contract: Dataset, count: int) -> None:
    """A period becomes its last month and its number of months; YTD rows change columns."""
    pivot = contract.pivot
    month = own.typed.get(str(contract.period_field))
    if pivot is None or month is None:
        return
    encoded = month.values.dictionary_encode()
    periods = encoded.dictionary.to_pylist()
    lengths = pa.array([months_in(each) for each in periods], pa.int64())
    months = lengths.take(encoded.indices).fill_null(1)
    if month.cumulative:
        told = pa.array([i in month.cumulative for i in range(count)])
        months = pc.if_else(told, 1, months)
        for plain, cumulative in pivot.cumulative.items():
            _move(own, plain, cumulative, told)
    last = pa.array([each[-7:] for each in periods], pa.string())
    own.typed[str(contract.period_field)] = replace(month, values=last.take(encoded.indices))
    if pivot.months not in own.typed:
        own.typed[pivot.months] = column(months)


def refuse_periods(month: TypedColumn) -> None:
    """Where a dataset goes by single months, several months together are no month."""
    several = pc.fill_null(pc.match_substring(month.values, ".."), False)
    for row in {*pc.indices_nonzero(several).to_pylist(), *month.cumulative}:
        why = "是几个月合在一起的期间，这里只能是一个月"
        month.errors[row] = CellError(why, "请写成 2026-03 或 2026年3月，按月分行填写")


def _move(own: Columns, plain: str, cumulative: str, rows: pa.Array) -> None:
    """In ``rows`` the figure of ``plain`` is the one of ``cumulative``."""
    source = own.typed.get(plain)
    if source is None:
        return
    nothing = pa.scalar(None, source.values.type)
    target = own.typed.get(cumulative)
    kept = target.values if target else pa.nulls(len(rows), source.values.type)
    values = pc.if_else(rows, source.values, kept)
    own.typed[cumulative] = replace(target, values=values) if target else column(values)
    own.typed[plain] = replace(source, values=pc.if_else(rows, nothing, source.values))


def read_due_words(contract: Dataset, own: Columns, words: Vocabulary) -> None:
    """Fill date columns that are read from a text column such as 完成时限."""
    for each in contract.fields:
        source = each.due_words_of
        if source is None or source not in own.typed or each.name in own.typed:
            continue
        encoded = own.typed[source].values.dictionary_encode()
        read = [_due(text, words) for text in encoded.dictionary.to_pylist()]
        known = pa.array([None if isinstance(r, CellError) else r for r in read], pa.date32())
        own.typed[each.name] = column(known.take(encoded.indices))
        wrong = {i for i, r in enumerate(read) if isinstance(r, CellError)}
        if wrong:
            own.typed[source].errors.update(
                (row, read[index])
                for row, index in enumerate(encoded.indices.to_pylist())
                if index in wrong
            )


def _due(text: str, words: Vocabulary) -> object:
    try:
        return due_date(text, words)
    except CellError as error:
        return error


def derive_key(contract: Dataset, own: Columns, count: int) -> int:
    """Give records without a number one computed from their content; how many."""
    if contract.derived_key is None:
        return 0
    name, sources = contract.derived_key
    key = own.typed.get(name) or column(pa.nulls(count, pa.string()))
    missing = pc.is_null(key.values).to_pylist()
    if not any(missing):
        return 0
    parts = [
        own.typed[each].values.to_pylist() if each in own.typed else [None] * count
        for each in sources
    ]
    made = [
        _number(values) if absent and i not in key.errors else None
        for i, (absent, *values) in enumerate(zip(missing, *parts, strict=True))
    ]
    own.typed[name] = replace(key, values=pc.coalesce(key.values, pa.array(made, pa.string())))
    return sum(each is not None for each in made)


def _number(values: list[object]) -> str:
    text = "\x1f".join("" if each is None else str(each) for each in values)
    return "auto-" + hashlib.sha256(text.encode()).hexdigest()[:16]
