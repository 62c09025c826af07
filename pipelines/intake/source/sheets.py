"""What a file is to the rest of the intake: sheets of raw cells, and the limits of reading."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

HEAD = 200  # rows in which headers are looked for

Cell = str | float | int | bool | date | datetime | time | timedelta | None
Row = list[Cell]
Merged = tuple[tuple[int, int], tuple[int, int]]  # first and last (row, column), from 0


class Percent(float):
    """A workbook number shown in a percent format: 0.125, shown as 12.5%."""


class Scaled(float):
    """A workbook number that its format shows as a smaller one: 12345, shown as 1.2 (万)."""


class Uncalculated(str):
    """A formula without a stored result, as =SUM(A1:A9); a bare = when the text is shared."""


@dataclass(frozen=True, kw_only=True)
class Limits:
    """How large a file may be once read.

    ``rows`` of a text file; ``columns`` of any table; ``field`` and ``line`` in characters;
    ``unpacked`` in bytes and ``parts`` in files inside a workbook. ``ratio``: unpacked to packed
    size, from ``suspicious`` bytes on. Sheets of one repeated value reach 35, or 190 where cells
    carry no reference; a bomb of deflate reaches 1,032.
    """

    rows: int = 50_000_000
    columns: int = 2_000
    field: int = 131_072
    line: int = 8 * 1024**2
    unpacked: int = 1024**3
    parts: int = 10_000
    ratio: int = 200
    suspicious: int = 64 * 1024**2


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """Raw cells; row i is row i + 1 of the source, a blank line an empty row.

    Empty cells are "". Rows are as long as written, so they may differ in length. ``name`` is
    None for a text file. ``head`` holds the first HEAD rows. ``open`` gives all rows from the
    first one, again at each call; on the way it raises FileRefused for what only shows later.
    """

    name: str | None
    head: list[Row] = field(repr=False)
    open: Callable[[], Iterator[Row]] = field(repr=False)
    visible: bool = True
    merged: tuple[Merged, ...] = ()
    hidden_rows: frozenset[int] = frozenset()  # from 0


@dataclass(frozen=True, kw_only=True)
class Source:
    """A file as read: its sheets, and for text how it was read.

    ``preview``: the first lines as decoded, at most 8 of at most 200 characters.
    """

    sheets: tuple[Sheet, ...]
    encoding: str | None = None
    delimiter: str | None = None
    preview: tuple[str, ...] = ()
