"""The workbook that is marked: the received one, a copy of its values, or only some of its rows."""

from __future__ import annotations

import re
import warnings
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import BinaryIO

from openpyxl import Workbook
from openpyxl.cell.cell import Cell, MergedCell
from openpyxl.reader.excel import ExcelReader
from openpyxl.styles import Font
from openpyxl.utils.cell import coordinate_to_tuple
from openpyxl.worksheet.worksheet import Worksheet

from pipelines.annotate.exact import ExactCells, stored_cells
from pipelines.annotate.report import Report
from pipelines.annotate.texts import fits, put_text
from pipelines.intake.privacy import mask
from pipelines.intake.source.grid import Cell as Value
from pipelines.intake.source.grid import Percent, Scaled, Sheet, Source

TEXT_SHEET = "数据"  # where the rows of a text file go
_FIX_HERE = (
    "改好涂色的单元格后，把改好的文件再次上传即可。本页不会当作数据读取，涂色和批注也不影响读取"
)
_FIX_THERE = (
    "文件较大，这里只有表头和有问题的行（A 列是原文件的行号）。请在原文件里改好，再上传原文件"
)
_EXCERPT_ROWS = 10_000
_BOLD = Font(bold=True)
_WIDEST = 40  # characters
_NOT_IN_TITLES = re.compile(r"[\\*?:/\[\]\x00-\x1f]")
_LOST_PARTS = {
    "xl/vbaProject.bin": "宏",
    "xl/slicers/": "切片器",
    "xl/ctrlProps/": "控件",
    "xl/activeX/": "控件",
    "xl/threadedComments/": "批注的回复",
    "xl/embeddings/": "嵌入的文件",
}


@dataclass(kw_only=True)
class Page:
    """A sheet to mark. ``rows``: source row → its row here, when they differ."""

    sheet: Worksheet
    rows: Mapping[int, int] | None = None
    shift: int = 0  # columns that stand before those of the source

    def cell(self, row: int, index: int, *, exact: bool) -> Cell | None:
        """The cell for a source row (from 1) and column (from 0); None when it is not here.

        A merged cell is its first one; when not ``exact``, the next one that is not merged away.
        """
        here = row if self.rows is None else self.rows.get(row)
        if here is None:
            return None
        column = index + 1 + self.shift
        while (here, column) in self._anchors and not exact:
            column += 1
        return self.sheet.cell(*self._anchors.get((here, column), (here, column)))

    def is_merged_away(self, address: str) -> bool:
        """Whether the cell lies under a merged one."""
        return coordinate_to_tuple(address) in self._anchors

    @cached_property
    def _anchors(self) -> dict[tuple[int, int], tuple[int, int]]:
        return {
            (row, column): (each.min_row, each.min_col)
            for each in self.sheet.merged_cells.ranges
            for row, column in each.cells
            if (row, column) != (each.min_row, each.min_col)
        }


@dataclass(kw_only=True)
class Copy:
    """A workbook to mark, its pages by the sheet name that findings use, and what to tell of it.

    ``results``: per sheet title, the results that its formulas had.
    """

    book: Workbook
    advice: str = _FIX_HERE
    pages: dict[str | None, Page] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    results: dict[str, ExactCells] = field(default_factory=dict)


class _Reader(ExcelReader):
    """Reads cells as stored: a number shown as a date stays that number, whatever its size."""

    def read_worksheets(self) -> None:
        self.wb._date_formats = set()
        self.wb._timedelta_formats = set()
        self.parts = {sheet.name: rel.target for sheet, rel in self.parser.find_sheets()}
        super().read_worksheets()


def received(file: BinaryIO) -> Copy:
    """The received workbook itself. Raises what the reader stumbles on."""
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        reader = _Reader(file, keep_links=True, rich_text=True)
        reader.read()
    copy = Copy(book=reader.wb)
    buried = 0
    file.seek(0)
    with zipfile.ZipFile(file) as archive:
        lost = _lost(archive)
        for sheet in copy.book.worksheets:
            page = copy.pages[mask(sheet.title)] = Page(sheet=sheet)
            filled = stored_cells(archive, reader.parts[sheet.title])
            copy.results[sheet.title] = {
                address: (each.kind, each.text)
                for address, each in filled.items()
                if each.calculated
            }
            buried += sum(map(page.is_merged_away, filled))
    if any("removed" in str(each.message) or "lost" in str(each.message) for each in told):
        lost.append("部分条件格式、数据有效性、图片或批注")
    if buried:
        lost.append(f"合并单元格盖住的 {buried} 个值")
    if lost:
        copy.notes.append(f"这份副本不带原文件里的：{'、'.join(dict.fromkeys(lost))}。原文件没有变")
    return copy


def _lost(archive: zipfile.ZipFile) -> list[str]:
    names = archive.namelist()
    lost = [
        label for part, label in _LOST_PARTS.items() if any(each.startswith(part) for each in names)
    ]
    drawings = [each for each in names if each.startswith("xl/drawings/drawing")]
    if any(b":sp>" in (xml := archive.read(each)) or b":sp " in xml for each in drawings):
        lost.append("形状和文本框")
    return lost


def values(source: Source, report: Report) -> Copy:
    """A copy of all values, row by row where they were received; text stays exactly that text."""
    copy = Copy(book=_empty())
    for sheet in source.sheets:
        page = Page(sheet=_new_sheet(copy.book, sheet.name or TEXT_SHEET))
        copy.pages[mask(sheet.name) if sheet.name else None] = page
        changed = 0
        for row, cells in enumerate(sheet.open(), start=1):
            changed += _put_row(page.sheet, row, cells, start=1)
        for (top, left), (bottom, right) in sheet.merged:
            page.sheet.merge_cells(None, top + 1, left + 1, bottom + 1, right + 1)
        for hidden in sheet.hidden_rows:
            page.sheet.row_dimensions[hidden + 1].hidden = True
        if not sheet.visible:
            page.sheet.sheet_state = "hidden"
        copy.notes += _changed_note(page.sheet.title, changed)
        _layout(page.sheet, sheet)
    _embolden(copy, report)
    return copy


def excerpt(source: Source, report: Report) -> Copy:
    """Headers and rows with findings only, each after its row number in the source.

    Rows refused for secrecy or personal numbers come as their number without content.
    """
    spots = filter(None, map(report.spot, report.findings))
    wanted = report.header_rows | {(each.sheet, each.row) for each in spots}
    withheld = {row for _, row in report.refused}
    copy = Copy(book=_empty(), advice=_FIX_THERE)
    left = _EXCERPT_ROWS
    for sheet in source.sheets:
        name = mask(sheet.name) if sheet.name else None
        rows = {row for each, row in wanted if each == name}
        if not rows:
            continue
        target = _new_sheet(copy.book, f"问题行 {sheet.name or TEXT_SHEET}")
        kept, changed = _put_excerpt(target, sheet, rows, withheld, left)
        left -= len(kept)
        copy.pages[name] = Page(sheet=target, rows=kept, shift=1)
        copy.notes += _changed_note(target.title, changed)
        if len(kept) < len(rows):
            copy.notes.append(f"“{target.title}”只列到原文件第 {max(kept, default=0)} 行")
    _embolden(copy, report)
    return copy


def _put_excerpt(
    target: Worksheet, sheet: Sheet, rows: set[int], withheld: set[int], most: int
) -> tuple[dict[int, int], int]:
    """Source row → row in ``target`` for what was written, and the count of shortened cells."""
    target.cell(1, 1).value = "原文件行号"
    target.cell(1, 1).font = _BOLD
    kept: dict[int, int] = {}
    changed = 0
    last = max(rows)
    for row, cells in enumerate(sheet.open(), start=1):
        if row > last or len(kept) >= most:
            break
        if row in rows:
            kept[row] = len(kept) + 2
            target.cell(kept[row], 1).value = row
            shown = ["（整行拒收，内容不抄录）"] if row in withheld else cells
            changed += _put_row(target, kept[row], shown, start=2)
    return kept, changed


def _put_row(sheet: Worksheet, row: int, cells: list[Value], *, start: int) -> int:
    """Write a row; how many texts are longer than a cell can hold."""
    changed = 0
    for column, value in enumerate(cells, start=start):
        if isinstance(value, str):
            if value:
                put_text(sheet, row, column, value)
                changed += not fits(value)
        elif value is not None:
            cell = sheet.cell(row, column)
            cell.value = float(value) if isinstance(value, Percent | Scaled) else value
            if isinstance(value, Percent):
                cell.number_format = "0.00%"
            elif isinstance(value, Scaled):
                cell.number_format = "0.00,"
    return changed


def _changed_note(title: str, changed: int) -> list[str]:
    if not changed:
        return []
    return [f"“{title}”有 {changed} 个单元格超过 32,767 个字符，工作簿存不下，超出的部分没有写入"]


def _embolden(copy: Copy, report: Report) -> None:
    for name, row in report.header_rows:
        page = copy.pages.get(name)
        here = row if page is None or page.rows is None else page.rows.get(row)
        if page is not None and here is not None:
            for cell in page.sheet[here]:
                cell.font = _BOLD


def _layout(target: Worksheet, sheet: Sheet) -> None:
    """Columns as wide as their first cells; Chinese characters take two places."""
    for column in target.iter_cols(max_row=min(target.max_row, len(sheet.head), 50)):
        longest = max(len(str(cell.value or "").encode("gb18030", "replace")) for cell in column)
        letter = column[0].column_letter if not isinstance(column[0], MergedCell) else None
        if letter:
            target.column_dimensions[letter].width = min(max(longest + 2, 9), _WIDEST)


def _empty() -> Workbook:
    book = Workbook()
    book.remove(book.worksheets[0])
    return book


def _new_sheet(book: Workbook, title: str) -> Worksheet:
    return book.create_sheet(_NOT_IN_TITLES.sub("_", title)[:31])
