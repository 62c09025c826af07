"""The lists an organisation may change, read from data/reference/ into typed objects."""

from __future__ import annotations

import csv
import unicodedata
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from pipelines.settings import Settings


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One allowed value: the stored code, the label that is shown, the spellings sources use."""

    code: str
    label: str
    spellings: tuple[str, ...]

    @property
    def ways(self) -> tuple[str, ...]:
        """All that stands for it in a source."""
        return (self.code, self.label, *self.spellings)


@dataclass(frozen=True, kw_only=True)
class Vocabulary:
    """A closed list. A spelling that is not in it fails loudly and never becomes 其他."""

    name: str
    entries: tuple[Entry, ...]

    def lookup(self, text: str) -> str | None:
        """The code whose code, label or spelling is ``text``, else None."""
        wanted = fold(text)
        for entry in self.entries:
            if wanted in {fold(each) for each in entry.ways}:
                return entry.code
        return None

    def label_of(self, code: str) -> str:
        """The Chinese label of ``code``; the code itself when it is not in the list."""
        return next((each.label for each in self.entries if each.code == code), code)


@dataclass(frozen=True, kw_only=True)
class PersonalColumn:
    """A header containing ``pattern`` holds personal data and is dropped for ``reason``."""

    pattern: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class RulePackEntry:
    """A rule of organisation life with its source; ``minimum`` None where rules vary locally."""

    rule_id: str
    label: str
    subject: str
    period: str
    minimum: float | None
    unit: str
    normally: bool  # 一般: exceptions are lawful and recorded as 有说明
    source: str
    article: str
    valid_from: str
    confidence: str
    version: str


def fold(text: str) -> str:
    """Text as it is compared: full-width folded, no spaces, lower case."""
    return "".join(unicodedata.normalize("NFKC", text).split()).casefold()


def vocabularies(settings: Settings) -> dict[str, Vocabulary]:
    """All vocabularies by name."""
    return _vocabularies(settings.reference_root)


def personal_columns(settings: Settings) -> tuple[PersonalColumn, ...]:
    """Header patterns of personal data."""
    rows = rows_of(settings.reference_root / "personal_columns.csv")
    return tuple(PersonalColumn(**row) for row in rows)


def kpi_measures(settings: Settings) -> dict[str, str]:
    """Unit of measure by KPI name and alias, of the dictionary that comes with the product."""
    found = {}
    for row in rows_of(settings.reference_root / "kpi_dictionary.csv"):
        for name in (row["name"], *row["aliases"].split("、")):
            found[name] = row["unit_of_measure"]
    found.pop("", None)
    return found


@cache
def _vocabularies(root: Path) -> dict[str, Vocabulary]:
    grouped: dict[str, list[Entry]] = {}
    for row in rows_of(root / "vocabulary.csv"):
        entry = Entry(
            code=row["code"], label=row["label"], spellings=tuple(row["spellings"].split("|"))
        )
        grouped.setdefault(row["vocabulary"], []).append(entry)
    return {name: Vocabulary(name=name, entries=tuple(each)) for name, each in grouped.items()}


def rows_of(path: Path) -> list[dict[str, str]]:
    """The lines of a list by column, as written."""
    with path.open(encoding="utf-8-sig", newline="") as source:
        return list(csv.DictReader(source))
