"""The rows of one table: data with merged cells filled down, and what is not data with why."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from itertools import islice

from pipelines.domain.fields import Kind
from pipelines.intake.inspection import SkippedRow
from pipelines.intake.layout.classify import (
    NOTE,
    SUSPECT,
    TOTAL,
    filled,
    follows_note,
    row_kind,
    section,
)
from pipelines.intake.layout.headers import bare, header_cell
from pipelines.intake.layout.plans import TablePlan, cell_at
from pipelines.intake.privacy import mask
from pipelines.intake.source.grid import Cell, Row
from pipelines.reference import fold

_FIGURES = (Kind.INTEGER, Kind.NUMBER, Kind.RATE)
_HEADER = ("header", "重复的表头")
_TITLE = ("title", "重复的标题")
_HIDDEN = ("hidden_row", "隐藏的行，未读取；如需读取，请在原表取消隐藏后再上传")
_REMEMBERED_TEXTS = 50_000
_SECTION_STARTS = frozenset("一二三四五六七八九十(（")


def read_rows(
    plan: TablePlan, filled_down: Callable[[int], None] | None = None
) -> Iterator[tuple[int, Row, SkippedRow | None]]:
    """0-based position and cells of every row below the header that is not blank.

    The third is None for data; else the row is not data, for the reason that it gives.
    ``filled_down`` is told the position of a row whose unit is not merged, only blank, and is
    taken from a row above.
    """
    sheet = mask(plan.sheet.name) if plan.sheet.name else None
    classify = Classifier(plan.head_rows, plan.titles, plan.units, plan.sheet.hidden_rows)
    fill = _Fill(plan, filled_down)
    rows = islice(plan.sheet.open(), plan.start, plan.stop)
    for position, row in enumerate(rows, start=plan.start):
        if classify.is_usual(position, row):
            yield position, fill.row(position, row), None
            continue
        if is_blank(row):
            continue
        found = classify.kind(position, row)
        if found is None:
            yield position, fill.row(position, row), None
            continue
        kind, reason = found
        fill.note(position, row, ends=found == TOTAL)
        skipped = SkippedRow(row=position + 1, reason=reason, kind=kind, sheet=sheet)
        yield position, row, skipped


def column_at(rows: Sequence[Row], index: int) -> list[Cell]:
    """The cells of a column, None where a row is too short."""
    try:
        return [row[index] for row in rows]
    except IndexError:
        return [cell_at(row, index) for row in rows]


def is_blank(row: Row) -> bool:
    """Whether a row has nothing but blanks."""
    if row and row[0] and not (isinstance(row[0], str) and row[0].isspace()):
        return False
    return not any(
        not cell.isspace() if isinstance(cell, str) and cell else cell not in ("", None)
        for cell in row
    )


class Classifier:
    """Tells data from the rest; remembers that notes stand below a table until data follow."""

    def __init__(
        self,
        heads: tuple[tuple[str, ...], ...],
        titles: frozenset[str],
        units: frozenset[str],
        hidden: frozenset[int],
    ) -> None:
        self._heads = [cells for cells in heads if any(cells)]
        self._titles = titles
        self._hidden = hidden
        self._units = units
        self._noted = False
        self._keys = [_key(cells) for cells in self._heads]
        self._starts = _SECTION_STARTS | {word[0] for _, word in self._keys}
        self._ordinary: set[str] = set()

    def is_usual(self, position: int, row: Row) -> bool:
        """The cheapest look: whether the first two cells are texts that data began with before."""
        ordinary = self._ordinary
        return (
            len(row) > 1
            and row[0] in ordinary
            and row[1] in ordinary
            and not self._noted
            and position not in self._hidden
        )

    def kind(self, position: int, row: Row) -> tuple[str, str] | None:
        """(kind, reason) of a row that is no data; None for data."""
        if position in self._hidden:
            return _HIDDEN
        if not self._noted and self._is_common(row):
            return None
        if self._repeats_header(row):
            return _HEADER
        first = next((cell for cell in row if cell is not None and cell != ""), None)
        if isinstance(first, str):
            if header_cell(first) in self._titles and self._is_title(row):
                return _TITLE
            if first.lstrip()[:1] in _SECTION_STARTS and (heading := section(row)):
                return heading
        found = row_kind(row, self._units)
        if found is None and self._noted and follows_note(row):
            return NOTE
        self._noted = found is not None and found[0] in ("footnote", "signature")
        return found

    def _is_common(self, row: Row) -> bool:
        """The cheap look: the first two texts are no words of anything but data."""
        texts = 0
        for cell in row:
            if not isinstance(cell, str) or not cell or cell.isdecimal():
                continue
            if cell not in self._ordinary:
                if not self._is_ordinary(cell):
                    return False
                if len(self._ordinary) < _REMEMBERED_TEXTS:
                    self._ordinary.add(cell)
            texts += 1
            if texts == 2:
                return True
        return False

    def _is_ordinary(self, text: str) -> bool:
        return not (
            fold(text[0]) in self._starts
            or not text[0].isalnum()
            or text in self._titles
            or SUSPECT.search(text) is not None
        )

    def _repeats_header(self, row: Row) -> bool:
        for number, (index, word) in enumerate(self._keys):
            if bare(header_cell(cell_at(row, index))) == word:
                texts = tuple(bare(header_cell(each)) for each in row)
                if _same(texts, self._heads[number]):
                    return True
        return False

    def _is_title(self, row: Row) -> bool:
        return all(text in self._titles for _, text in filled(row))


def _key(cells: tuple[str, ...]) -> tuple[int, str]:
    return next((index, text) for index, text in enumerate(cells) if text)


def _same(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    """Equal but for blank cells at the end."""
    length = max(len(one), len(other))
    return one + ("",) * (length - len(one)) == other + ("",) * (length - len(other))


class _Fill:
    """Writes a value that is merged down, or stands once for its rows, into each of them."""

    def __init__(self, plan: TablePlan, filled_down: Callable[[int], None] | None) -> None:
        self._tell = filled_down or (lambda _position: None)
        self._bottoms = _merged_down(plan)
        merged = {left for _, left in self._bottoms}
        self._merged = sorted(merged)
        self._unit = _leading_unit(plan)
        if self._unit in merged:
            self._unit = None
        self._running: dict[int, tuple[int, Cell]] = {}
        self._last: Cell = None

    def row(self, position: int, row: Row) -> Row:
        """A data row with its blank key cells filled."""
        if self._unit is not None:
            unit = row[self._unit] if self._unit < len(row) else None
            if unit is None or unit == "":
                if self._last is not None:
                    row = _with(row, self._unit, self._last)
                    self._tell(position)
            else:
                self._last = unit
        return self._spread(position, row) if self._merged else row

    def note(self, position: int, row: Row, *, ends: bool) -> None:
        """A row that is no data: a sum ends the rows of a unit, a merge may begin in any."""
        if ends:
            self._last = None
        if self._merged:
            self._spread(position, row)

    def _spread(self, position: int, row: Row) -> Row:
        for index in self._merged:
            bottom = self._bottoms.get((position, index))
            if bottom is not None:
                self._running[index] = (bottom, cell_at(row, index))
                continue
            last, value = self._running.get(index, (-1, None))
            if position <= last and cell_at(row, index) in (None, ""):
                row = _with(row, index, value)
        return row


def _with(row: Row, index: int, value: Cell) -> Row:
    wide = row + [""] * (index + 1 - len(row))
    return [*wide[:index], value, *wide[index + 1 :]]


def _merged_down(plan: TablePlan) -> dict[tuple[int, int], int]:
    """Key cells of the table that are merged downward: row and column → last row."""
    columns = _key_columns(plan)
    stop = math.inf if plan.stop is None else plan.stop
    bottoms = {
        (top, left): bottom
        for (top, left), (bottom, _) in plan.sheet.merged
        if left in columns and bottom > top and plan.start <= top < stop
    }
    if not bottoms:
        return {}
    tops = {top for top, _ in bottoms}
    rows = {position: row for position, row in enumerate(plan.sheet.open()) if position in tops}
    return {
        (top, left): bottom
        for (top, left), bottom in bottoms.items()
        if not _is_head(cell_at(rows.get(top, []), left), left, plan)
    }


def _is_head(cell: Cell, column: int, plan: TablePlan) -> bool:
    """Whether a cell is the header of its column once more, as on every printed page."""
    return bare(header_cell(cell)) in {
        cells[column] for cells in plan.head_rows if column < len(cells) and cells[column]
    }


def _key_columns(plan: TablePlan) -> set[int]:
    """Columns that say what a row is about: those left of the first figure."""
    used = [each for each in plan.columns if each.field]
    kinds = {each.index: plan.contract[str(each.field)].kind for each in used}
    figures = [index for index, kind in kinds.items() if kind in _FIGURES]
    first = min(figures, default=max(kinds, default=0) + 1)
    return {index for index in kinds if index < first}


def _leading_unit(plan: TablePlan) -> int | None:
    """The unit column, when it is the first that is used: its name may stand once for many rows."""
    used = sorted((each.index, each.field) for each in plan.columns if each.field)
    if not used or used[0][1] != plan.contract.unit_field:
        return None
    return used[0][0] if plan.contract[str(used[0][1])].kind is Kind.UNIT else None
