"""What a rule is: plain data, so that a suite needs no Great Expectations."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from pipelines.domain.findings import Severity


class Missing(StrEnum):
    """What an empty cell means to a rule."""

    SKIP = "skip"  # a row with an empty cell in one of the rule's columns is not looked at
    COUNT = "count"  # empty is a value like any other
    SOUGHT = "sought"  # the rule is about emptiness itself


class Scope(StrEnum):
    """What a rule looks at."""

    ROW = "row"  # each row by itself
    TABLE = "table"  # the whole file, what is stored, or both


@dataclass(frozen=True, kw_only=True)
class Today:
    """A limit relative to the day of the check: ``days`` after it. For dates and timestamps."""

    days: int = 0


@dataclass(frozen=True, kw_only=True)
class Codes:
    """The codes of a list in data/reference/vocabulary.csv, known to the worker from its start."""

    vocabulary: str


Argument = float | bool | tuple[str, ...] | Today | Codes


@dataclass(frozen=True, kw_only=True)
class When:
    """Rows a rule is limited to: ``column`` equals ``value``; with None: column is filled in."""

    column: str
    value: str | None = None


@dataclass(frozen=True, kw_only=True)
class MonthStart:
    """A column made for a rule: the first day of the month column ``of``.

    Great Expectations compares numbers and dates with limits, not texts such as "2026-03".
    """

    name: str
    of: str

    @property
    def sources(self) -> tuple[str, ...]:
        return (self.of,)


@dataclass(frozen=True, kw_only=True)
class Rule:
    """One expectation.

    ``expectation``: class name in Great Expectations. ``at``: the column a finding points at, the
    first one when blank. ``why`` may hold {value} (that cell) and {<column>} of every column
    used; ``how`` is fixed text. ``derived``: columns computed before the check.
    """

    id: str
    label: str
    expectation: str
    columns: tuple[str, ...]
    severity: Severity
    why: str
    how: str
    arguments: Mapping[str, Argument] = field(default_factory=dict)
    missing: Missing = Missing.SKIP
    when: When | None = None
    derived: tuple[MonthStart, ...] = ()
    at: str = ""

    scope = Scope.ROW

    @property
    def cell(self) -> str:
        """The column of the dataset that a finding points at."""
        return self.at or self.columns[0]

    @property
    def shown(self) -> tuple[str, ...]:
        """Columns whose values a message may name."""
        extra = (self.when.column,) if self.when else ()
        origins = (name for each in self.derived for name in each.sources)
        return tuple(dict.fromkeys((self.cell, *self.columns, *origins, *extra)))

    @property
    def sources(self) -> frozenset[str]:
        """Columns of the dataset that the check reads."""
        return frozenset(self.shown) - {each.name for each in self.derived}
