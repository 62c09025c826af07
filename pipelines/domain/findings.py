"""A finding: one thing about a file that somebody should know, where it is, how to fix it."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from enum import StrEnum


class Severity(StrEnum):
    CRITICAL = "critical"  # the row is held back
    WARNING = "warning"  # the row is accepted, somebody should look
    INFO = "info"  # nothing to do, but nothing is done silently


SEVERITY_LABELS = {
    Severity.CRITICAL: "必须改",
    Severity.WARNING: "请核对",
    Severity.INFO: "提示",
}


@dataclass(frozen=True, kw_only=True)
class Finding:
    """Where (file, sheet, row as in the file counted from 1, column header), what, why, how to fix.

    ``row`` is None for a finding about the whole file. ``value`` is the cell as received.
    """

    severity: Severity
    rule: str
    why: str
    how: str
    row: int | None = None
    column: str | None = None
    value: str | None = None
    sheet: str | None = None
    file: str | None = None

    def to_dict(self) -> dict[str, str | int | None]:
        return asdict(self)
