"""Sheets of raw cells, whatever the file was: delimited text or a workbook."""

from __future__ import annotations

import csv
import io
import zipfile
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from python_calamine import CalamineError, CalamineWorkbook

from pipelines.errors import FileRefused
from pipelines.intake.decode import decode

Cell = str | float | int | bool | date | datetime | time | timedelta | None
Row = list[Cell]
Merged = tuple[tuple[int, int], tuple[int, int]]  # first and last (row, column), from 0

_ZIP = b"PK\x03\x04"
_OLE = b"\xd0\xcf\x11\xe0"
_MAX_UNPACKED = 1024**3
_MAX_RATIO = 200
_MAX_PARTS = 10_000
_MAX_FIELD = 131_072
_MAX_COLUMNS = 2_000
_MAX_ROWS = 5_000_000
_BAD_WORKBOOK = (CalamineError, NotImplementedError, UnicodeDecodeError, OverflowError, ValueError)


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """Raw cells; row i of the list is row i + 1 of the source."""

    name: str | None
    rows: list[Row] = field(repr=False)
    visible: bool = True
    merged: tuple[Merged, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Source:
    """A file as read: its sheets, and for text its encoding and delimiter."""

    sheets: tuple[Sheet, ...]
    encoding: str | None = None
    delimiter: str | None = None


def read_source(data: bytes) -> Source:
    """Read by content, not by file name. Raises FileRefused with what to do."""
    if not data.strip():
        raise FileRefused("文件是空的。请确认导出成功后再上传")
    if data.startswith(_OLE):
        raise FileRefused("这是加密的或旧版 .xls 工作簿。请解除密码，另存为 .xlsx 后再上传")
    return _read_workbook(data) if data.startswith(_ZIP) else _read_delimited(data)


def _read_delimited(data: bytes) -> Source:
    decoded = decode(data)
    delimiter = find_delimiter(decoded.text)
    rows = split_rows(decoded.text, delimiter)
    sheet = Sheet(name=None, rows=rows)
    return Source(sheets=(sheet,), encoding=decoded.encoding, delimiter=delimiter)


def find_delimiter(text: str) -> str:
    """The delimiter that splits the first lines into most columns; comma when none does."""
    head = [line for line in text[:20_000].splitlines()[:20] if line.strip()]
    counts = {each: sum(line.count(each) for line in head) for each in (",", "\t", ";", "|")}
    best = max(counts, key=lambda each: counts[each])
    return best if counts[best] else ","


def split_rows(text: str, delimiter: str) -> list[Row]:
    """Rows of text cells. Raises FileRefused for an open quote or an endless field."""
    csv.field_size_limit(_MAX_FIELD)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    rows: list[Row] = []
    try:
        for row in reader:
            if len(row) > _MAX_COLUMNS:
                raise FileRefused(
                    f"第 {len(rows) + 1} 行有 {len(row)} 列，超过上限 {_MAX_COLUMNS} 列"
                )
            if len(rows) >= _MAX_ROWS:
                raise FileRefused(f"文件超过 {_MAX_ROWS:,} 行。请按年份或单位拆分后再上传")
            _refuse_swallowed(row, len(rows) + 1, delimiter)
            rows.append(list(row))
    except csv.Error as error:
        raise FileRefused(
            f"第 {len(rows) + 1} 行起引号没有成对，或单元格超过 {_MAX_FIELD} 个字符。"
            "请检查该行的引号后再上传"
        ) from error
    return rows


def _refuse_swallowed(row: list[str], number: int, delimiter: str) -> None:
    """A quoted cell whose inner line looks like a whole row has swallowed rows."""
    for cell in row:
        if "\n" in cell and any(
            line.count(delimiter) >= max(2, len(row) - 1) for line in cell.splitlines()
        ):
            raise FileRefused(
                f"第 {number} 行有单元格跨了多行，里面像是整行数据，引号可能没有成对。"
                "请检查该行的引号后再上传"
            )


def _read_workbook(data: bytes) -> Source:
    _refuse_bombs(data)
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(data))
        sheets = tuple(
            _sheet(book, meta.name, visible="Visible" in str(meta.visible))
            for meta in book.sheets_metadata
            if "WorkSheet" in str(meta.typ)
        )
    except _BAD_WORKBOOK as error:
        raise FileRefused(
            "打不开这个工作簿，文件可能已损坏。请在 Excel 或 WPS 中另存为 .xlsx 后再上传"
        ) from error
    if not sheets:
        raise FileRefused("工作簿里没有工作表。请确认文件后再上传")
    return Source(sheets=sheets)


def _sheet(book: CalamineWorkbook, name: str, *, visible: bool) -> Sheet:
    read = book.get_sheet_by_name(name)
    rows = read.to_python(skip_empty_area=False)
    return Sheet(name=name, rows=rows, visible=visible, merged=tuple(read.merged_cell_ranges or ()))


def _refuse_bombs(data: bytes) -> None:
    """Look at the ZIP directory before anything is unpacked."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = archive.infolist()
    except (zipfile.BadZipFile, NotImplementedError, UnicodeDecodeError) as error:
        raise FileRefused("文件不完整：工作簿的压缩目录读不出。请重新导出后再上传") from error
    unpacked = sum(part.file_size for part in parts)
    if len(parts) > _MAX_PARTS or unpacked > _MAX_UNPACKED or unpacked > _MAX_RATIO * len(data):
        size = unpacked / 1024**2
        raise FileRefused(f"工作簿解压后有 {size:,.0f} MB，超出安全上限，未打开。请拆分后再上传")
    if not any(part.filename.startswith("xl/") for part in parts):
        raise FileRefused("这是压缩包而不是 Excel 工作簿。请解压后逐个上传其中的表格")
