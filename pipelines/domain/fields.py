"""One column of a dataset contract: its type, its Chinese name and how source headers spell it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """How a cell is typed. The contract decides, never the content of a file."""

    CODE = "code"  # opaque text, leading zeros kept
    TEXT = "text"
    UNIT = "unit"  # reference to a unit: code, full name, short name or alias
    VOCABULARY = "vocabulary"  # a code of a list in data/reference/vocabulary.csv
    INTEGER = "integer"
    NUMBER = "number"
    RATE = "rate"  # stored 0–1; 12.5% and 12.5 with a percent header become 0.125
    DATE = "date"
    TIMESTAMP = "timestamp"
    MONTH = "month"  # stored as text "2026-03"
    BOOLEAN = "boolean"


@dataclass(frozen=True, kw_only=True)
class Field:
    """A column.

    ``required``: a row without it is held back. ``aliases``: header spellings seen in real
    exports, compared after normalising. ``vocabulary``: list name for ``Kind.VOCABULARY``.
    ``minimum``/``maximum``: inclusive limits checked at validation. ``due_words_of``: this
    DATE column is read from that TEXT column, whose cell may hold a word such as 长期坚持.
    """

    name: str
    label: str
    kind: Kind
    required: bool = False
    aliases: tuple[str, ...] = ()
    vocabulary: str | None = None
    minimum: float | None = None
    maximum: float | None = None
    due_words_of: str | None = None

    @property
    def spellings(self) -> tuple[str, ...]:
        """Every header that means this field: label, identifier, aliases."""
        return (self.label, self.name, *self.aliases)
