"""Text from files as inert cells: never a formula, an error value or a broken workbook."""

from __future__ import annotations

import re

from openpyxl.cell.cell import Cell
from openpyxl.worksheet.worksheet import Worksheet

_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_NOT_XML = re.compile(r"[\x00-\x08\x0b-\x1f\ud800-\udfff\ufffe\uffff]")
_LIKE_ESCAPED = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")
_LONGEST = 32_767  # characters that a cell of a workbook can hold
_AS_TEXT = "@"  # the number format that keeps what is typed later: 0012, 2026-03


def fits(text: str) -> bool:
    """Whether a cell can hold all of ``text``."""
    return len(_escaped(text)) <= _LONGEST


def plain(text: str) -> str:
    """``text`` for a comment, where control characters have no place."""
    return _NOT_XML.sub("", text)[:_LONGEST]


def put_text(sheet: Worksheet, row: int, column: int, text: str) -> Cell:
    """Write ``text`` at ``row`` and ``column`` (from 1) as text, whatever it looks like.

    Control characters are escaped as the format has it; what is beyond 32,767 is left out.
    """
    cell = sheet.cell(row, column)
    cell.value = _escaped(text)[:_LONGEST]
    cell.data_type = "s"
    cell.number_format = _AS_TEXT
    if text.lstrip().startswith(_FORMULA_STARTS) or text.startswith(_FORMULA_STARTS):
        cell.quotePrefix = True
    return cell


def _escaped(text: str) -> str:
    """_xHHHH_ for what XML cannot hold or would change, and for text that looks like that."""
    unlike = _LIKE_ESCAPED.sub("_x005F_", text)
    return _NOT_XML.sub(lambda found: f"_x{ord(found[0]):04X}_", unlike)
