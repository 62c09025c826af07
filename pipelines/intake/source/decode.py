"""Bytes to text, strictly: byte-order mark, then UTF-8, then GB18030; never a guess that loses."""

from __future__ import annotations

import codecs
import io
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import BinaryIO

from pipelines.errors import FileRefused

ENCODINGS = {
    "utf-8": "UTF-8",
    "utf-8-sig": "UTF-8（带 BOM）",
    "gb18030": "GB18030（含 GBK、GB2312）",
    "utf-16": "UTF-16（带 BOM）",
}
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig", "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16", "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16", "utf-16-be"),
    ("\ufeff".encode("gb18030"), "gb18030", "gb18030"),
)
_CHUNK = 1024**2
_HEAD = 65_536
_END_MARK = "\x1a"  # what DOS programs end a text file with
_SAVE_AGAIN = "请在 Excel 或 WPS 中打开，另存为“CSV UTF-8”或 XLSX 后再上传"


class _Span(io.RawIOBase):
    """The bytes from ``start`` to ``end`` of a seekable file, at a position of its own."""

    def __init__(self, file: BinaryIO, start: int, end: int) -> None:
        super().__init__()
        self._file, self._at, self._end = file, start, end

    def readable(self) -> bool:
        return True

    def readinto(self, target: memoryview) -> int:
        self._file.seek(self._at)
        data = self._file.read(min(len(target), self._end - self._at))
        target[: len(data)] = data
        self._at += len(data)
        return len(data)


@dataclass(frozen=True, kw_only=True)
class TextFile:
    """A file that was read through once in ``codec``; ``encoding`` is the name to show.

    ``start`` and ``end``: its text in bytes, without byte-order mark and DOS end mark.
    """

    file: BinaryIO
    encoding: str
    codec: str
    start: int
    end: int

    def open(self, errors: str = "strict") -> io.TextIOWrapper:
        """The text from its beginning, line ends as they are; several may be open at once."""
        span = io.BufferedReader(_Span(self.file, self.start, self.end), _CHUNK)
        return io.TextIOWrapper(span, encoding=self.codec, errors=errors, newline="")


def find_text(file: BinaryIO, encoding: str | None = None, *, longest_line: int) -> TextFile:
    """The whole file checked in ``encoding``, or by the ladder of the field's real exports.

    Bounded memory. Raises FileRefused when no step reads every byte, naming the line of the
    first bad one, for zero bytes and for a line of more than ``longest_line`` characters.
    """
    candidates = _candidates(file, encoding)
    for candidate in candidates:
        bad = _first_bad(candidate, longest_line)
        if bad is None:
            return candidate
    line = _line_at(candidate, bad)
    name = ENCODINGS[candidate.encoding].split("（")[0]
    if encoding is not None:
        raise FileRefused(f"第 {line} 行有不是 {name} 的字节。请改选别的编码，或选自动识别")
    tried = f"不是完整的 {name}" if len(candidates) == 1 else "既不是 UTF-8 也不是 GB18030"
    raise FileRefused(f"第 {line} 行有读不出的字节：{tried} 文本。{_SAVE_AGAIN}")


def _candidates(file: BinaryIO, chosen: str | None) -> list[TextFile]:
    """Every way to read the file that is worth a try, best first."""
    size = file.seek(0, io.SEEK_END)
    file.seek(0)
    head = file.read(_HEAD)
    marked = [each for each in _MARKS if head.startswith(each[0])]
    if not marked and _like_utf16(head):
        raise FileRefused(f"像是没有 BOM 的 UTF-16 文本，读法无法确定。{_SAVE_AGAIN}")
    if chosen == "utf-16" and not any(name == chosen for _, name, _ in marked):
        raise FileRefused("文件开头没有 UTF-16 的 BOM。请改选别的编码，或选自动识别")
    if chosen in ("utf-8", "utf-8-sig") and head.startswith(codecs.BOM_UTF8):
        chosen = None  # with or without the mark it is the same text
    if marked and chosen in (None, marked[0][1]):
        mark, encoding, codec = marked[0]
        return [_spanned(file, encoding, codec, len(mark), size)]
    ladder = [chosen.removesuffix("-sig")] if chosen else ["utf-8", "gb18030"]
    return [_spanned(file, each, each, 0, size) for each in ladder]


def _spanned(file: BinaryIO, encoding: str, codec: str, start: int, size: int) -> TextFile:
    mark = _END_MARK.encode(codec)
    end = size
    while end - len(mark) >= start:
        file.seek(end - len(mark))
        if file.read(len(mark)) != mark:
            break
        end -= len(mark)
    return TextFile(file=file, encoding=encoding, codec=codec, start=start, end=end)


def _like_utf16(head: bytes) -> bool:
    """Many zero bytes, nearly all at even or all at odd places: half of each ASCII letter."""
    fewer, more = sorted((head[0::2].count(0), head[1::2].count(0)))
    return more > 10 * fewer + 2 and more * 20 >= len(head)


def _first_bad(text: TextFile, longest_line: int) -> int | None:
    """The position of the first byte that cannot be decoded, None if all can."""
    decoder = codecs.getincrementaldecoder(text.codec)("strict")
    read, length = text.start, 0
    for chunk in _chunks(text):
        read += len(chunk)
        try:
            part = decoder.decode(chunk, final=read >= text.end)
        except UnicodeDecodeError as error:
            return read - len(error.object) + error.start
        if "\0" in part:
            raise FileRefused(_with_zero(text))
        last = max(part.rfind("\n"), part.rfind("\r"))
        length = len(part) - last - 1 if last >= 0 else length + len(part)
        if length > longest_line:
            line = _line_at(text, read)
            raise FileRefused(
                f"第 {line} 行超过 {longest_line:,} 个字符还没有换行，这不像表格。"
                "请确认导出的格式后再上传"
            )
    return None


def _chunks(text: TextFile) -> Iterator[bytes]:
    span = _Span(text.file, text.start, text.end)
    while chunk := span.read(_CHUNK):
        yield chunk


def _line_at(text: TextFile, position: int) -> int:
    """The number of the line that holds the byte at ``position``."""
    with replace(text, end=position).open("replace") as lines:
        return 1 + sum(line.endswith(("\n", "\r")) for line in lines)


def _with_zero(text: TextFile) -> str:
    with text.open("replace") as lines:
        number = next(number for number, line in enumerate(lines, start=1) if "\0" in line)
    return (
        f"第 {number} 行有空字节，这不是表格文本。请确认文件没有损坏，另存为 CSV 或 XLSX 后再上传"
    )
