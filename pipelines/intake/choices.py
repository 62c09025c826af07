"""What a person decided about how a file is read; data, so that it can be kept and exported."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field

IGNORED = ""  # a column that a person left out
PATH = " / "  # between group header and column


@dataclass(frozen=True, kw_only=True)
class Choices:
    """Everything a person may change; the empty value leaves each to the program.

    ``columns``: header path (group and column joined by PATH) → field name, or IGNORED.
    ``answers``: question id → the chosen option's value.
    ``replaces``: rows of the same unit and month that the file no longer has do not count
    any more (a corrected file), instead of staying (an additional file).
    """

    dataset: str | None = None
    encoding: str | None = None
    delimiter: str | None = None
    columns: Mapping[str, str] = field(default_factory=dict)
    answers: Mapping[str, str] = field(default_factory=dict)
    replaces: bool = False

    def to_dict(self) -> dict[str, object]:
        return {**asdict(self), "columns": dict(self.columns), "answers": dict(self.answers)}


@dataclass(frozen=True, kw_only=True)
class SourceMapping:
    """A confirmed mapping of a source shape: ``fingerprint`` of its headers → columns."""

    fingerprint: str
    dataset: str
    columns: Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class Names:
    """What the organisation calls things: KPI spelling → unit of measure ("" if unknown); units."""

    kpis: Mapping[str, str] = field(default_factory=dict)
    units: frozenset[str] = frozenset()
