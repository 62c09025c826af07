"""How a table is read: where it is, what its columns mean, what its surroundings say."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from pipelines.domain.dataset import Dataset
from pipelines.intake.inspection import ColumnMatch, Question, SkippedRow
from pipelines.intake.source.grid import Cell, Row, Sheet


@dataclass(frozen=True, kw_only=True)
class TablePlan:
    """One table of a sheet. Rows and columns count from 0.

    ``header``: first and last header row. ``start``: first row below; ``stop``: the row at which
    what follows the table begins, None at the end of the sheet. ``constants``: field → raw value
    for every row, from title, unit line, names or answers. ``weak_measure``: the one unit of a
    unit line; it holds only for KPIs of its family or of no known unit. ``context``: what was
    found there, as (name, text, source row counted from 1, or 0). ``year``: meant where headers
    or cells name none. ``missing``: required fields that nothing gives. ``titles``: texts above
    the header, which a printed page may repeat, as ``head_rows`` (cells as compared).
    ``units``: folded names of units, which are no totals even if they end in 合计.
    """

    sheet: Sheet = field(repr=False)
    contract: Dataset
    header: tuple[int, int]
    start: int
    stop: int | None = None
    columns: tuple[ColumnMatch, ...]
    constants: Mapping[str, Cell] = field(default_factory=dict)
    weak_measure: str | None = None
    context: tuple[tuple[str, str, int], ...] = ()
    year: int | None = None
    fingerprint: str = ""
    remembered: bool = False
    missing: tuple[str, ...] = ()
    questions: tuple[Question, ...] = ()
    titles: frozenset[str] = frozenset()
    head_rows: tuple[tuple[str, ...], ...] = ()
    units: frozenset[str] = frozenset()


@dataclass(frozen=True, kw_only=True)
class Layout:
    """The tables of one dataset in file order, and what else the file holds.

    ``texts``: every text outside the rows of the tables (titles, headers, sheet names).
    """

    tables: tuple[TablePlan, ...]
    skipped: tuple[SkippedRow, ...] = ()
    texts: tuple[str, ...] = ()


def cell_at(row: Row, index: int) -> Cell:
    """The cell at ``index``, None beyond the end of a short row."""
    return row[index] if index < len(row) else None
