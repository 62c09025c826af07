"""Rules about a whole table or several datasets: one SQL select of the rows that break each."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from expectations.rules import Missing, Scope
from pipelines.domain.findings import Severity

SQL_ROOT = Path(__file__).resolve().parent / "sql"


@dataclass(frozen=True, kw_only=True)
class QueryRule:
    """One select in sql/<sql>.sql.

    Each row of the select is a finding: ``_row`` and ``_sheet`` (where; null = the whole file),
    and what the texts name. ``why`` and ``how`` may hold {placeholders} of selected columns.
    Optional columns: ``value`` (the cell that is shown; else the one named like ``column``),
    ``_column`` (another field than ``column``), ``_count`` (rows that one finding stands for).

    The select reads ``incoming``, ``totals``, ``stored.<dataset>``, ``known.<dataset>`` (stored
    and incoming, as it will be once the file is accepted), the views of sql/views, lists of the
    organisation in ``accepted``, and ``subject``: columns made of ``incoming`` by ``subject``, SQL
    of identifiers of the contract.
    $today is the day of the check.

    ``columns``: fields that a row must have filled in to be looked at, unless ``missing`` is
    COUNT or SOUGHT. ``needs``: datasets without which the rule cannot be run. ``counted``: the
    table whose rows are looked at, ``incoming`` or ``totals``.
    """

    id: str
    dataset: str
    label: str
    severity: Severity
    why: str
    how: str
    column: str
    sql: str
    columns: tuple[str, ...] = ()
    missing: Missing = Missing.SKIP
    needs: tuple[str, ...] = ()
    subject: str = ""
    counted: str = "incoming"

    scope = Scope.TABLE

    @property
    def looked_at(self) -> tuple[str, ...]:
        """Fields without which a row is not looked at."""
        if self.missing is not Missing.SKIP:
            return ()
        return self.columns or (self.column,)


@cache
def sql_of(name: str) -> str:
    """The select called ``name``; FileNotFoundError when there is none."""
    return (SQL_ROOT / f"{name}.sql").read_text(encoding="utf-8")


@cache
def views() -> dict[str, str]:
    """Selects that several rules share, by name, in the order they may be made."""
    return {
        path.stem.partition("_")[2]: path.read_text(encoding="utf-8")
        for path in sorted((SQL_ROOT / "views").glob("*.sql"))
    }
