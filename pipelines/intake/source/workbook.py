"""Workbooks (.xlsx) to sheets: the package is looked through before anything is believed."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from typing import BinaryIO
from xml.etree.ElementTree import ParseError
from xml.parsers.expat import ExpatError

from python_calamine import CalamineError, CalamineWorkbook

from pipelines.errors import FileRefused
from pipelines.intake.source.facts import Facts, add_facts, read_facts
from pipelines.intake.source.sheets import HEAD, Limits, Row, Sheet, Source

_DAMAGED = (
    *(CalamineError, zipfile.BadZipFile, zlib.error, struct.error, EOFError, ExpatError),
    *(ParseError, KeyError, NotImplementedError, OSError, OverflowError, RuntimeError, ValueError),
)
_BROKEN = "打不开这个工作簿，文件可能已损坏。请在 Excel 或 WPS 中另存为 .xlsx 后再上传"
_DIRECTORY_END = b"PK\x05\x06"
_BYTES_PER_PART = 512  # in the directory of a package, generously
_OTHER_PACKAGES = {
    "xl/workbook.bin": "这是二进制工作簿 .xlsb。请在 Excel 中另存为 .xlsx 后再上传",
    "word/document.xml": "这是 Word 文档而不是表格。请把其中的表格复制到 .xlsx 后再上传",
    "ppt/presentation.xml": "这是演示文稿而不是表格。请把其中的表格复制到 .xlsx 后再上传",
    "OFD.xml": "这是 OFD 版式文件而不是表格。请向出表单位索取 .xlsx 或 CSV 文件",
    "content.xml": "这是 OpenDocument 文件（.ods 等）。请在 Excel 或 WPS 中另存为 .xlsx 后再上传",
}


def read_workbook(file: BinaryIO, limits: Limits) -> Source:
    """All sheets of an .xlsx file, in memory. Raises FileRefused."""
    file.seek(0)
    data = file.read()
    try:
        with _package(data, limits) as package:
            facts = read_facts(package)
            book = CalamineWorkbook.from_filelike(io.BytesIO(data))
            sheets = tuple(
                _sheet(book, position, package, facts, limits)
                for position, meta in enumerate(book.sheets_metadata)
                if "WorkSheet" in str(meta.typ)
            )
    except _DAMAGED as error:
        raise FileRefused(_BROKEN) from error
    if not sheets:
        raise FileRefused("工作簿里没有工作表。请确认文件后再上传")
    return Source(sheets=sheets)


def _sheet(
    book: CalamineWorkbook, position: int, package: zipfile.ZipFile, facts: Facts, limits: Limits
) -> Sheet:
    meta = book.sheets_metadata[position]
    read = book.get_sheet_by_index(position)
    width = read.end[1] + 1 if read.end else 0
    if width > limits.columns:
        raise FileRefused(
            f"第 {position + 1} 个工作表用到了第 {width:,} 列，超过上限 {limits.columns:,} 列。"
            "请删去右边多余的内容后再上传"
        )
    rows: list[Row] = read.to_python(skip_empty_area=False)
    hidden = add_facts(rows, package, facts, meta.name, limits.columns)
    return Sheet(
        name=meta.name,
        head=rows[:HEAD],
        open=lambda: iter(rows),
        visible=str(meta.visible).endswith(".Visible"),
        merged=tuple(read.merged_cell_ranges or ()),
        hidden_rows=hidden,
    )


def _package(data: bytes, limits: Limits) -> zipfile.ZipFile:
    """The opened archive, judged by its directory before anything is unpacked."""
    _refuse_long_directory(data, limits)
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except (zipfile.BadZipFile, struct.error, ValueError, OverflowError, OSError) as error:
        raise FileRefused("文件不完整：工作簿的压缩目录读不出。请重新导出后再上传") from error
    parts = archive.infolist()
    names = {part.filename for part in parts}
    unpacked = sum(part.file_size for part in parts)
    bomb = unpacked > limits.suspicious and unpacked > limits.ratio * len(data)
    if bomb or unpacked > limits.unpacked:
        size = unpacked / 1024**2
        raise FileRefused(f"工作簿解压后有 {size:,.0f} MB，超出安全上限，未打开。请拆分后再上传")
    if any(part.flag_bits & 1 for part in parts):
        raise FileRefused("这个文件有解压密码。请去掉密码后再上传")
    for name, why in _OTHER_PACKAGES.items():
        if name in names:
            raise FileRefused(why)
    if not any(name.startswith("xl/") for name in names):
        raise FileRefused("这是压缩包而不是 Excel 工作簿。请解压后逐个上传其中的表格")
    return archive


def _refuse_long_directory(data: bytes, limits: Limits) -> None:
    """Reading the directory itself takes long when it has very many entries."""
    view = data[-65_557:]
    at = view.rfind(_DIRECTORY_END)
    if at < 0 or len(view) < at + 16:
        return  # not an archive; the next step says so
    (length,) = struct.unpack_from("<I", view, at + 12)
    if length > limits.parts * _BYTES_PER_PART:
        raise FileRefused(
            f"压缩目录太长，里面的文件超过上限 {limits.parts:,} 个，未打开。请在 Excel 或 WPS 中"
            "另存为 .xlsx 后再上传"
        )
