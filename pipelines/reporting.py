"""Which datasets units report month by month, and when each unit's months came in."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import duckdb

from pipelines.accepted import scope
from pipelines.domain.catalog import dataset as contract_of
from pipelines.intake.schema import UPLOAD
from pipelines.reference import rows_of
from pipelines.settings import REFERENCE
from pipelines.warehouse import insert

PATH = REFERENCE / "reporting.csv"
_TERMS_DDL = """
create table accepted.reporting_terms (
    dataset varchar, spelling varchar, due_day bigint, backfill_months bigint
)
"""
_RECEIPTS_DDL = """
create table accepted.receipts (
    dataset varchar, unit varchar, month varchar, months bigint, upload_id varchar
)
"""


@dataclass(frozen=True, kw_only=True)
class Report:
    """A dataset that units report for each month.

    ``due_day`` of the next month; a day after it that brings ``backfill_months`` or more new
    months of a unit brings history and no late report. ``spellings`` in the roster.
    """

    dataset: str
    label: str
    spellings: tuple[str, ...]
    due_day: int
    backfill_months: int
    source: str


@cache
def reports() -> tuple[Report, ...]:
    """In the order of the file. Raises ValueError for a due day that not every month has."""
    found = tuple(_report(row) for row in rows_of(PATH))
    wrong = [each.dataset for each in found if not 1 <= each.due_day <= 28]
    if wrong:
        raise ValueError(f"due_day of {wrong} is not 1–28")
    return found


def _report(row: dict[str, str]) -> Report:
    return Report(
        dataset=row["dataset"],
        label=row["label"],
        spellings=tuple(row["spellings"].split("|")),
        due_day=int(row["due_day"]),
        backfill_months=int(row["backfill_months"]),
        source=row["source"],
    )


def offer_reporting_terms(connection: duckdb.DuckDBPyConnection) -> None:
    """Make ``accepted.reporting_terms``: one row for each way to write a report."""
    connection.execute(_TERMS_DDL)
    rows = [
        (each.dataset, spelling, each.due_day, each.backfill_months)
        for each in reports()
        for spelling in dict.fromkeys((each.label, *each.spellings))
    ]
    insert(connection, "accepted.reporting_terms", rows)


def offer_receipts(connection: duckdb.DuckDBPyConnection) -> None:
    """Make ``accepted.receipts``: unit as written, month and upload of every active upload.

    ``months``: how many months a row is about, ending with ``month``.

    Rows that a later correction replaced are among them: the month had come in with them. What
    is offered of the datasets must be there.
    """
    connection.execute(_RECEIPTS_DDL)
    there = {
        name
        for (name,) in connection.execute(
            "select table_name from information_schema.tables where table_schema = 'accepted'"
        ).fetchall()
    }
    for each in reports():
        whole = f"{each.dataset}_files"
        contract = contract_of(each.dataset)
        unit, month = scope(contract, "source")
        months = f'source."{contract.pivot.months}"' if contract.pivot else "1"
        connection.execute(
            f"insert into accepted.receipts "  # noqa: S608 - names of contracts only
            f"select distinct '{each.dataset}', {unit}, {month}, coalesce({months}, 1), "
            f"source.{UPLOAD} "
            f"from accepted.{whole if whole in there else each.dataset} as source"
        )
