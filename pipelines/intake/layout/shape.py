"""The header of a table: which rows it takes and the path of every column, merges included."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from pipelines.intake.layout.classify import filled, is_number, row_kind
from pipelines.intake.layout.headers import Lexicon, bare, header_cell
from pipelines.intake.source.grid import Merged, Row

_DEEPEST = 4  # header rows


@dataclass(frozen=True, kw_only=True)
class Window:
    """Some rows of a sheet; ``offset`` is the 0-based position of the first."""

    offset: int
    rows: list[Row]

    def row(self, position: int) -> Row | None:
        """The row at a position of the sheet, None outside the window."""
        index = position - self.offset
        return self.rows[index] if 0 <= index < len(self.rows) else None


@dataclass(frozen=True, kw_only=True)
class Block:
    """Header rows ``first`` to ``last`` and for each column the texts from group to column."""

    first: int
    last: int
    paths: tuple[tuple[str, ...], ...]
    rows: tuple[tuple[str, ...], ...]  # the cells as compared
    firm: bool = False  # merges or blanks beside a group tie its rows together


def blocks_at(
    window: Window, first: int, merged: Sequence[Merged], lexicon: Lexicon
) -> Iterator[Block]:
    """Headers that may begin at ``first``, from one row to four; none when it cannot be one."""
    row = window.row(first)
    if row is None or not may_head(row):
        return
    around = [each for each in merged if first <= each[0][0] < first + _DEEPEST]
    rows = [row]
    firm = True
    least = _least(around, first)
    while True:
        last = first + len(rows) - 1
        if last >= least:
            paths = _paths(rows, around, first)
            compared = tuple(tuple(bare(header_cell(cell)) for cell in each) for each in rows)
            tied = firm and len(rows) > 1
            yield Block(first=first, last=last, paths=paths, rows=compared, firm=tied)
        below = window.row(last + 1)
        if below is None or len(rows) == _DEEPEST:
            return
        if last >= least:
            tie = _tie(rows, below, last, around, lexicon)
            if tie is None:
                return
            firm = firm and tie
        rows.append(below)


def may_head(row: Row) -> bool:
    """Whether a row can be the first of a header: two texts, no figures, no 单位：万元."""
    cells = filled(row)
    if len({text for _, text in cells}) < 2 or any(is_number(cell) for cell in row):
        return False
    first = cells[0][1]
    return ":" not in first and "：" not in first and row_kind(row) is None


def _least(merged: Sequence[Merged], first: int) -> int:
    """The last row that a merge downward from the first header row reaches."""
    bottoms = [bottom for (top, _), (bottom, _) in merged if top == first]
    return min(max(bottoms, default=first), first + _DEEPEST - 1)


def _tie(
    rows: list[Row], below: Row, last: int, merged: Sequence[Merged], lexicon: Lexicon
) -> bool | None:
    """Whether ``below`` is tied to the header by its shape; None when it is not part of it.

    A merge across columns, or blanks right of a group header, tie it. Else all its cells must be
    words of headers and leave the first column to the row above.
    """
    cells = filled(below)
    if not cells or any(is_number(cell) for cell in below) or row_kind(below) is not None:
        return None
    for (top, left), (bottom, right) in merged:
        under = sum(left <= index <= right for index, _ in cells)
        if bottom == last and right > left and top <= last and under > 1:
            return True
    above = [header_cell(cell) for cell in rows[-1]]
    above += [""] * (len(below) + 1 - len(above))
    grouped = 0
    for index, text in cells:
        over = above[index]
        opens = bool(over) and not above[index + 1] and any(i == index + 1 for i, _ in cells)
        inside = not over and any(above[:index])
        word = lexicon.known(text) or lexicon.is_measure(text) or lexicon.known(over + text)
        if not (word or text == over or opens or inside):
            return None
        grouped += opens or inside
    key = min(filled(row)[0][0] for row in rows)
    split = [index for index, _ in cells if index == key and below[key] != above[key]]
    if split and not lexicon.known(above[key] + header_cell(below[key])):
        return None
    if grouped > 1:
        return True
    return False if any(lexicon.known(text) for _, text in cells) else None


def _paths(rows: list[Row], merged: Sequence[Merged], first: int) -> tuple[tuple[str, ...], ...]:
    width = max(map(len, rows))
    grid = [[header_cell(cell) for cell in row] + [""] * (width - len(row)) for row in rows]
    spread = _spread_merges(grid, merged, first, width)
    if not spread:
        _spread_groups(grid, width)
    paths = []
    for column in range(width):
        parts: list[str] = []
        for line in grid:
            if line[column] and line[column] not in parts[-1:]:
                parts.append(line[column])
        paths.append(tuple(parts))
    return tuple(paths)


def _spread_merges(grid: list[list[str]], merged: Sequence[Merged], first: int, width: int) -> bool:
    """Repeat a merged header over all its cells; whether there was any across columns."""
    across = False
    for (top, left), (bottom, right) in merged:
        if not first <= top < first + len(grid) or left >= width:
            continue
        across |= right > left
        text = grid[top - first][left]
        for line in grid[top - first : bottom - first + 1]:
            line[left : right + 1] = [text] * (min(right, width - 1) - left + 1)
    return across


def _spread_groups(grid: list[list[str]], width: int) -> None:
    """Without merges, blank cells right of a group header continue it above filled cells."""
    for upper, lower in reversed(list(pairwise(grid))):
        group = ""
        for column in range(width):
            if upper[column]:
                group = upper[column] if lower[column] else ""
            elif not lower[column]:
                group = ""
            elif group:
                upper[column] = group
