"""``annotated``: a received file as a workbook with its findings on the cells they are about."""

from __future__ import annotations

import io
import logging
import re
import zipfile
import zlib
from pathlib import Path
from typing import BinaryIO

from pipelines.annotate.copies import Copy, excerpt, received, values
from pipelines.annotate.exact import long_numbers, restored
from pipelines.annotate.marks import mark, unmark
from pipelines.annotate.report import Report
from pipelines.annotate.summary import add_summary
from pipelines.errors import FileRefused
from pipelines.intake.source.grid import Source, read_source

MOST_BYTES = 20 * 1024**2
MOST_CELLS = 200_000
_ZIP = b"PK\x03\x04"
_CELL = re.compile(rb"<(?:\w+:)?c[ />]")
_CHUNK = 1024**2
_LOG = logging.getLogger(__name__)
# What openpyxl stumbles on in workbooks of other programs has no common class.
_NOT_WRITABLE = (
    ArithmeticError,
    AssertionError,
    AttributeError,
    EOFError,
    LookupError,
    NotImplementedError,
    OSError,
    SyntaxError,
    TypeError,
    ValueError,
    zipfile.BadZipFile,
    zlib.error,
)


def annotated(data: bytes | Path, report: Report) -> bytes:
    """The received file as XLSX: bad cells coloured and commented, a summary sheet in front.

    Rows and columns stay where they were, so that the fixed workbook can be dropped again. A
    text file becomes a workbook of text cells, character for character. A file of more than
    200,000 cells or 20 MB gives only its headers and the rows with findings.

    The file is the analyst's own and goes back to the person who sent it, so columns with
    personal data and refused rows stay as they were, but an excerpt never repeats refused rows;
    nothing is written to disk and nothing is kept, the received bytes live as long as the upload.

    Raises FileRefused when the file cannot be read.
    """
    with data.open("rb") if isinstance(data, Path) else io.BytesIO(data) as file:
        workbook = file.read(len(_ZIP)) == _ZIP
        large = file.seek(0, io.SEEK_END) > MOST_BYTES or (workbook and _many_cells(file))
        file.seek(0)
        if workbook and not large:
            try:
                return _finished(received(file), report)
            except _NOT_WRITABLE as error:
                _LOG.warning("copying values instead: %r", error)
                file.seek(0)
        source = read_source(file, encoding=report.encoding, delimiter=report.delimiter)
        large = large or (not workbook and _many_values(source))
        copy = excerpt(source, report) if large else values(source, report)
        if workbook and not large:
            copy.notes.append("原工作簿的格式无法保留，这里只有各单元格的值")
        return _finished(copy, report)


def _finished(copy: Copy, report: Report) -> bytes:
    unmark(copy.book)
    add_summary(copy, report, mark(copy, report))
    target = io.BytesIO()
    copy.book.save(target)
    exact = {
        f"xl/worksheets/sheet{number}.xml": long_numbers(sheet) | copy.results.get(sheet.title, {})
        for number, sheet in enumerate(copy.book.worksheets, start=1)
    }
    return restored(target.getvalue(), exact) if any(exact.values()) else target.getvalue()


def _many_cells(file: BinaryIO) -> bool:
    """Whether the sheets of a workbook store more cells than may be marked one by one."""
    file.seek(0)
    count = 0
    try:
        with zipfile.ZipFile(file) as archive:
            for name in archive.namelist():
                if not name.startswith("xl/worksheets/"):
                    continue
                with archive.open(name) as part:
                    while chunk := part.read(_CHUNK):
                        count += len(_CELL.findall(chunk))
                        if count > MOST_CELLS:
                            return True
    except (zipfile.BadZipFile, zlib.error, NotImplementedError) as error:
        raise FileRefused("打不开这个工作簿，文件可能已损坏。请另存为 .xlsx 后再上传") from error
    return False


def _many_values(source: Source) -> bool:
    count = 0
    for sheet in source.sheets:
        for row in sheet.open():
            count += len(row)
            if count > MOST_CELLS:
                return True
    return False
