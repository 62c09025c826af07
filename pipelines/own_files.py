"""Lists that an organisation keeps beside the store, as Excel or WPS saves them."""

from __future__ import annotations

import csv
import os
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from io import StringIO
from pathlib import Path
from typing import TypeVar

from pipelines.errors import AppError
from pipelines.settings import Settings

_MAX_BYTES = 1024 * 1024
Line = TypeVar("Line")
Found = TypeVar("Found")


class ListBroken(AppError):
    """A list that cannot be used; the message names the file and, where it is one, the line."""


@dataclass(frozen=True, kw_only=True)
class OwnList:
    """Where an organisation's own list is looked for, and how it is told that it is not used.

    The file that the environment names by ``variable``, else ``name`` in the store. In Chinese:
    ``kind`` of file, what ``stays`` without it, and what to do ``then`` when it is put right.
    """

    variable: str
    name: str
    kind: str
    stays: str
    then: str

    def path(self, settings: Settings) -> Path:
        """Where the file is looked for, whether it is there or not."""
        named = os.environ.get(self.variable)
        return Path(named) if named else settings.store_root / self.name

    def read(
        self, settings: Settings, read: Callable[[Path], Found]
    ) -> tuple[Found | None, str | None]:
        """What ``read`` makes of the file, None when the default stays; and why a file that
        should count does not. ``read`` may raise ListBroken."""
        path = self.path(settings)
        try:
            if path.exists():
                return read(path), None
        except ListBroken as error:
            said = f"{self.kind} {error}；整个文件没有采用，仍按{self.stays}。请改正后{self.then}"
            return None, said
        if self.variable in os.environ:
            return None, f"{self.variable} 指向的 {path} 不存在，仍按{self.stays}。请核对路径"
        return None, None


def list_of(
    path: Path,
    columns: Iterable[str],
    parse: Callable[[dict[str, str]], Line],
    whole: Callable[[list[Line]], Found],
) -> Found:
    """``whole`` of the lines of a file in UTF-8 or GB18030, each read by ``parse``.

    Both may raise ValueError in Chinese. Raises ListBroken.
    """
    found: list[Line] = []
    try:
        for number, cells in _rows(path, columns):
            try:
                found.append(parse(cells))
            except ValueError as error:
                raise ValueError(f"第 {number} 行：{error}") from error
        return whole(found)
    except ValueError as error:
        raise ListBroken(f"{path.name} {error}") from error


def _text(path: Path) -> str:
    """A file in UTF-8 or GB18030. ValueError in Chinese says why it cannot be read."""
    try:
        with path.open("rb") as source:
            data = source.read(_MAX_BYTES + 1)
    except OSError as error:
        raise ValueError(f"读不到（{error.strerror}）") from error
    if len(data) > _MAX_BYTES:
        raise ValueError("超过 1 MB，不像这样的文件")
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise ValueError("编码既不是 UTF-8 也不是 GB18030")


def _rows(path: Path, columns: Iterable[str]) -> list[tuple[int, dict[str, str]]]:
    """Line number and cells by column, without blanks around them, of every line that says
    something. ValueError in Chinese for a file that cannot be read or lacks one of ``columns``.
    """
    lines = csv.DictReader(StringIO(_text(path)))
    try:
        missing = [each for each in columns if each not in (lines.fieldnames or ())]
        if missing:
            raise ValueError(f"缺少列 {'、'.join(missing)}")
        rows = [
            (lines.line_num, {k: (v or "").strip() for k, v in row.items() if k is not None})
            for row in lines
        ]
    except csv.Error as error:
        raise ValueError(f"第 {lines.line_num} 行读不成 CSV（{error}）") from error
    return [(number, cells) for number, cells in rows if any(cells.values())]


def day_in(cells: dict[str, str], name: str) -> str:
    """An ISO day, "" when blank. ValueError in Chinese."""
    if not cells[name]:
        return ""
    try:
        return date.fromisoformat(cells[name]).isoformat()
    except ValueError:
        raise ValueError(f"{name} 是“{cells[name]}”，应为 2026-01-01 这样的日期") from None
