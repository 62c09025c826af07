"""The checks and their thresholds, data that an organisation may change (integrity.csv)."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import duckdb

from pipelines.reference import rows_of
from pipelines.settings import REFERENCE
from pipelines.warehouse import insert

PATH = REFERENCE / "integrity.csv"
_DDL = """
create table accepted.integrity_thresholds (
    check_id varchar, threshold varchar, number double, word varchar
)
"""


@dataclass(frozen=True, kw_only=True)
class Threshold:
    """One number or list of words of a check. ``words`` where the value is no number."""

    check_id: str
    label: str
    threshold: str
    value: str
    unit: str
    meaning: str
    source: str

    @property
    def number(self) -> float | None:
        try:
            return float(self.value)
        except ValueError:
            return None

    @property
    def words(self) -> tuple[str, ...]:
        return tuple(self.value.split("|")) if self.number is None else ()


@cache
def thresholds() -> tuple[Threshold, ...]:
    """In the order of the file. KeyError for a column that is missing."""
    names = ("label", "threshold", "value", "unit", "meaning", "source")
    return tuple(
        Threshold(check_id=row["check"], **{name: row[name] for name in names})
        for row in rows_of(PATH)
    )


def late_days() -> int:
    """Days after which a record is late (补录)."""
    (days,) = (e for e in thresholds() if (e.check_id, e.threshold) == ("late_record", "days"))
    return int(days.value)


def offer_integrity_thresholds(connection: duckdb.DuckDBPyConnection) -> None:
    """Make ``accepted.integrity_thresholds``: one row a number, one a word of a list."""
    connection.execute(_DDL)
    rows: list[tuple[str, str, float | None, str]] = []
    for each in thresholds():
        rows += [(each.check_id, each.threshold, each.number, word) for word in each.words or ("",)]
    insert(connection, "accepted.integrity_thresholds", rows)
