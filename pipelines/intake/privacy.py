"""Secrecy and personal data at the door: what must never be stored."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from datetime import date

from pipelines.intake.cells.cell import INVISIBLE, clean
from pipelines.intake.source.grid import Cell
from pipelines.reference import Vocabulary, fold

_SECRECY_WORDS = ("密级", "保密", "涉密", "secrecy")
_ALLOWED = {"公开", "内部"}
_NOT_SECRET = {"否", "无", "非密", "不涉密", "非涉密", "—", "-", "/"}
_LEVEL = "(?:秘密|机密|绝密)"
_MARK = re.compile(rf"密级\W{{0,3}}{_LEVEL}|{_LEVEL}\s*★|^{_LEVEL}$")
_MAYBE_MARK = re.compile(_LEVEL)
_MOBILE = re.compile(
    r"(?<!\d)(?:(?:\+?(?:00)?86)?1[3-9]\d{9}|1[3-9]\d[./·–—]\d{4}[./·–—]\d{4}"
    r"|\(1[3-9]\d\) ?\d{8})(?!\d)"
)
_IDENTITY = re.compile(r"(?<!\d)\d{6}((?:19|20)\d{2})(\d{2})(\d{2})\d{3}[\dXx](?!\d)")
_EMAIL = re.compile(r"[\w.+-]+@[\w-]+\.[\w.]+")
_MAYBE = re.compile(r"(?:\d[ ./()（）·–—-]{0,2}){11}|@|＠")  # the cheap look before the careful one
_HIDDEN = "（号码已隐去）"


def is_secrecy_header(cell: Cell) -> bool:
    """Whether a header speaks of the secrecy of a row, in whatever brackets."""
    text = fold("" if cell is None else str(cell))
    return any(word in text for word in _SECRECY_WORDS)


def is_secret(cell: Cell, secrecy: Vocabulary) -> bool:
    """True for all but 公开, 内部 and empty; an unknown spelling counts as secret."""
    text = clean(cell)
    return bool(text) and text not in _NOT_SECRET and secrecy.lookup(text) not in _ALLOWED


def joined(cells: Iterable[Cell]) -> str:
    """The distinct texts and numbers of many cells, for a quick look at all of them."""
    texts = "\n".join({str(each) for each in cells if isinstance(each, str | int | float)})
    return INVISIBLE.sub("", texts).replace("\u00a0", " ").replace("\u3000", " ")


def may_be_marked(text: str) -> bool:
    """False means that ``marks_secret`` holds for none of the cells that ``text`` joins."""
    return _MAYBE_MARK.search(text) is not None


def marks_secret(text: str) -> bool:
    """Whether a title, footer, sheet name or cell is a mark above 内部, such as 机密★10年."""
    return _MARK.search(unicodedata.normalize("NFKC", text).strip()) is not None


def may_be_personal(text: str) -> bool:
    """False means that none of the cells that ``text`` joins is personal."""
    return _MAYBE.search(text) is not None


def is_personal(cell: Cell) -> bool:
    """Whether a cell holds a mobile telephone, an identity card number or an e-mail address.

    Full width, +86, and spaces or dashes between digits make no difference.
    """
    if cell is None or isinstance(cell, bool | date):
        return False
    raw = clean(cell)
    if not _MAYBE.search(raw):
        return False
    text = unicodedata.normalize("NFKC", raw)
    joined = re.sub(r"(?<=\d)[ -](?=\d)", "", text)
    return bool(_MOBILE.search(joined) or _EMAIL.search(text) or has_identity(joined))


def mask(text: str) -> str:
    """``text`` fit to be kept in a finding, a header or a name: personal numbers hidden."""
    if not is_personal(text):
        return text
    plain = re.sub(r"(?<=\d)[ -](?=\d)", "", unicodedata.normalize("NFKC", text))
    for pattern in (_IDENTITY, _MOBILE, _EMAIL):
        plain = pattern.sub(_HIDDEN, plain)
    return plain


def has_identity(text: str) -> bool:
    """Whether ``text`` holds seventeen digits and a check character, a day of birth among them."""
    for found in _IDENTITY.finditer(text):
        month, day = int(found[2]), int(found[3])
        if 1 <= month <= 12 and 1 <= day <= 31:
            return True
    return False


def readable_name(file_name: str) -> str:
    """A file name fit to be kept: a GBK name from a share made readable, numbers hidden."""
    raw = file_name.encode("utf-8", "surrogateescape")
    try:
        return mask(raw.decode("utf-8"))
    except UnicodeDecodeError:
        return mask(raw.decode("gb18030", "replace"))
