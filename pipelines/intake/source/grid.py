"""Bytes to sheets of raw cells by content, whatever the file is called; all else is refused."""

from __future__ import annotations

from typing import BinaryIO

from pipelines.errors import FileRefused
from pipelines.intake.source.decode import ENCODINGS
from pipelines.intake.source.delimited import DELIMITERS, read_delimited
from pipelines.intake.source.sheets import (
    HEAD,
    Cell,
    Limits,
    Merged,
    Percent,
    Row,
    Scaled,
    Sheet,
    Source,
    Uncalculated,
)
from pipelines.intake.source.workbook import read_workbook

__all__ = [
    "DELIMITERS",
    "ENCODINGS",
    "HEAD",
    "Cell",
    "Limits",
    "Merged",
    "Percent",
    "Row",
    "Scaled",
    "Sheet",
    "Source",
    "Uncalculated",
    "read_source",
]

_CHUNK = 1024**2
_ZIP = (b"PK\x03\x04", b"PK\x05\x06")
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_OLE_PARTS = {
    "EncryptedPackage": "这个工作簿有密码。请在 Excel 或 WPS 中去掉打开密码，另存后再上传",
    "Workbook": "这是旧版 .xls 工作簿。请在 Excel 或 WPS 中另存为 .xlsx 后再上传",
    "Book": "这是旧版 .xls 工作簿。请在 Excel 或 WPS 中另存为 .xlsx 后再上传",
    "WordDocument": "这是 Word 文档而不是表格。请把其中的表格复制到 .xlsx 后再上传",
}
_OLE_OTHER = "这是旧版办公文档，不是能读的工作簿。请在 Excel 或 WPS 中另存为 .xlsx 后再上传"
_PICTURE = "这是图片而不是表格。请上传导出的 .xlsx 或 CSV 文件"
_PACKED = "这是压缩包而不是表格。请解压后逐个上传其中的表格"
_BINARY = {
    b"%PDF-": "这是 PDF 文件而不是表格。请向出表单位索取 .xlsx 或 CSV 文件",
    b"\x89PNG": _PICTURE,
    b"\xff\xd8\xff": _PICTURE,
    b"GIF8": _PICTURE,
    b"II*\0": _PICTURE,
    b"MM\0*": _PICTURE,
    b"Rar!\x1a\x07": _PACKED,
    b"7z\xbc\xaf\x27\x1c": _PACKED,
    b"\x1f\x8b": _PACKED,
    b"{\\rtf": "这是 RTF 文档而不是表格。请把其中的表格复制到 .xlsx 后再上传",
}
_WEB = "这其实是网页（HTML），只是扩展名像表格。请用 Excel 或 WPS 打开，另存为 .xlsx 后再上传"
_XML = "这其实是 XML 文件，只是扩展名像表格。请用 Excel 或 WPS 打开，另存为 .xlsx 后再上传"
_MARKUP = {
    "<!doctype html": _WEB,
    "<html": _WEB,
    "<head": _WEB,
    "<meta": _WEB,
    "<body": _WEB,
    "<style": _WEB,
    "<div": _WEB,
    "<table": _WEB,
    "mime-version:": _WEB,
    "<?xml": _XML,
    "<workbook": _XML,
}


def read_source(
    file: BinaryIO,
    *,
    encoding: str | None = None,
    delimiter: str | None = None,
    limits: Limits | None = None,
) -> Source:
    """Read a seekable file, which must stay open while its sheets are read.

    ``encoding`` (of ENCODINGS) and ``delimiter`` hold for text; None: find it. A workbook is
    held in memory, text is streamed. Raises FileRefused with what to do.
    """
    limits = limits or Limits()
    file.seek(0)
    head = file.read(65_536)
    if head.startswith(_OLE):
        raise FileRefused(_why_ole(file))
    if head.startswith(_ZIP):
        return read_workbook(file, limits)
    if foreign := _foreign(head):
        raise FileRefused(foreign)
    if encoding not in {None, *ENCODINGS} or delimiter not in {None, *DELIMITERS}:
        raise FileRefused("所选的编码或分隔符不支持。请改选列出的一项，或选自动识别")
    return read_delimited(file, encoding, delimiter, limits)


def _foreign(head: bytes) -> str | None:
    """What the first bytes say the file is, if not text of a table."""
    for mark, why in _BINARY.items():
        if head.startswith(mark):
            return why
    if head.startswith(b"BM") and head[6:10] == bytes(4):
        return _PICTURE
    codec = "utf-16" if head.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8"
    start = head[:2048].decode(codec, errors="ignore").lstrip("\ufeff \t\r\n").casefold()
    return next((why for mark, why in _MARKUP.items() if start.startswith(mark)), None)


def _why_ole(file: BinaryIO) -> str:
    """An OLE container tells what it is by the names in its directory, which may be anywhere."""
    names = {f"{name}\0".encode("utf-16-le"): why for name, why in _OLE_PARTS.items()}
    found: set[bytes] = set()
    file.seek(0)
    tail = b""
    while chunk := file.read(_CHUNK):
        window = tail + chunk
        found.update(name for name in names if name in window)
        tail = window[-64:]
    return next((why for name, why in names.items() if name in found), _OLE_OTHER)
