"""Secrecy and personal data at the door: what must never be stored."""

from __future__ import annotations

import re
from collections.abc import Iterable

from pipelines.intake.cells import clean
from pipelines.intake.grid import Cell
from pipelines.reference import Vocabulary, fold

_SECRECY_HEADERS = {fold(each) for each in ("密级", "保密级别", "涉密等级", "secrecy")}
_ALLOWED = {"公开", "内部"}
_PERSONAL = re.compile(r"(?<!\d)(?:1[3-9]\d{9}|\d{17}[\dXx])(?!\d)")


def is_secrecy_header(text: str) -> bool:
    """Whether a folded header names the secrecy of a row."""
    return text in _SECRECY_HEADERS


def is_secret(cell: Cell, secrecy: Vocabulary) -> bool:
    """True for all but 公开, 内部 and empty; an unknown spelling counts as secret."""
    text = clean(cell)
    return bool(text) and secrecy.lookup(text) not in _ALLOWED


def has_personal_number(cells: Iterable[Cell]) -> bool:
    """Whether a cell looks like a mobile telephone or an identity card number."""
    return any(isinstance(cell, str) and _PERSONAL.search(cell) is not None for cell in cells)
