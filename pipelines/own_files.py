"""Lists that an organisation keeps beside the store, as Excel or WPS saves them."""

from __future__ import annotations

import csv
import os
from collections.abc import Iterable
from datetime import date
from io import StringIO
from pathlib import Path

from pipelines.settings import Settings

_MAX_BYTES = 1024 * 1024


def own_path(settings: Settings, variable: str, name: str) -> Path:
    """Where an own list is looked for: the file named by ``variable``, or ``name`` in the store."""
    named = os.environ.get(variable)
    return Path(named) if named else settings.store_root / name


def own_text(path: Path) -> str:
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


def own_rows(path: Path, columns: Iterable[str]) -> list[tuple[int, dict[str, str]]]:
    """Line number and cells by column, without blanks around them, of every line that says
    something. ValueError in Chinese for a file that cannot be read or lacks one of ``columns``.
    """
    lines = csv.DictReader(StringIO(own_text(path)))
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
