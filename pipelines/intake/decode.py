"""Bytes to text, strictly: byte-order mark, then UTF-8, then GB18030; never a guess that loses."""

from __future__ import annotations

import codecs
from dataclasses import dataclass

from pipelines.errors import FileRefused

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_LADDER = ("utf-8", "gb18030")


@dataclass(frozen=True, kw_only=True)
class Decoded:
    """The text of a file and the encoding it was read with."""

    text: str
    encoding: str


def decode(data: bytes) -> Decoded:
    """Decode by the ladder of the field's real exports.

    Raises FileRefused when no step reads every byte, naming the line of the first bad byte.
    """
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return _strict(data, encoding)
    for encoding in _LADDER[:-1]:
        try:
            return _checked(data.decode(encoding), encoding)
        except UnicodeDecodeError:
            continue
    return _strict(data, _LADDER[-1])


def _strict(data: bytes, encoding: str) -> Decoded:
    try:
        return _checked(data.decode(encoding), encoding)
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise FileRefused(
            f"第 {line} 行有读不出的字节：既不是 UTF-8 也不是 GB18030 文本。"
            "请在 Excel 或 WPS 中打开，另存为“CSV UTF-8”或 XLSX 后再上传"
        ) from error


def _checked(text: str, encoding: str) -> Decoded:
    position = text.find("\0")
    if position >= 0:
        line = text.count("\n", 0, position) + 1
        raise FileRefused(
            f"第 {line} 行有空字节，这不是表格文本。请确认文件没有损坏，另存为 CSV 或 XLSX 后再上传"
        )
    return Decoded(text=text, encoding=encoding)
