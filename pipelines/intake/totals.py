"""Printed subtotals and totals: not data, but what the sum of the rows above must come to."""

from __future__ import annotations

import pyarrow as pa

from pipelines.domain.dataset import Dataset
from pipelines.intake.layout.plans import TablePlan
from pipelines.intake.rows import RecordReader
from pipelines.intake.schema import FIRST_ROW, LAST_ROW, POINT, TOTAL_KIND, totals_schema
from pipelines.intake.source.grid import Row
from pipelines.reference import fold

_SUBTOTAL = "小计"
_WORDS = (_SUBTOTAL, "合计", "总计")
_MOST = 10_000  # printed totals that are compared


class Totals:
    """Collects the printed sums of a file; ``readers`` type their rows, one a table."""

    def __init__(self, contract: Dataset, readers: list[RecordReader]) -> None:
        self._schema = totals_schema(contract)
        self._readers = readers
        self._tables: list[pa.Table] = []
        self._starts: dict[int, tuple[int, int]] = {}  # table → first row of all, of the part

    def printed(self, number: int, plan: TablePlan, position: int, row: Row) -> None:
        """A subtotal row of table ``number`` at 0-based ``position``; 其中 rows are no sums."""
        word = _word(row)
        start, part = self._starts.get(number, (plan.start + 1, plan.start + 1))
        self._starts[number] = (start, position + 2)
        if word is None or len(self._tables) >= _MOST:
            return
        typed = self._readers[number].read([position], [row]).table.drop([POINT])
        first = part if word == _SUBTOTAL else start
        own = {FIRST_ROW: first, LAST_ROW: position, TOTAL_KIND: word}
        for name, value in own.items():
            values = pa.array([value] * typed.num_rows, self._schema.field(name).type)
            typed = typed.append_column(self._schema.field(name), values)
        self._tables.append(typed)

    def table(self) -> pa.Table:
        """All printed sums; no rows when there is none."""
        return pa.concat_tables([self._schema.empty_table(), *self._tables])


def _word(row: Row) -> str | None:
    for cell in row:
        text = fold(cell) if isinstance(cell, str) else ""
        found = next((word for word in _WORDS if text.endswith(word)), None)
        if found:
            return found
    return None
