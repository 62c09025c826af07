"""Accepted Parquet offered to SQL as the schema ``accepted``: one table for each dataset.

What is offered is what counts: rows that a later correcting upload replaced are left out, and
files accepted before a contract gained a column have it empty. ``_position`` is the place of a
row in its file, counted from 0: with the upload it identifies a row, and of two rows of one grain
the later one counts.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

from pipelines import store
from pipelines.domain.dataset import Dataset
from pipelines.domain.fields import Kind
from pipelines.intake.schema import ROW, SHEET, UPLOAD
from pipelines.integrity.thresholds import PATH as INTEGRITY
from pipelines.ledger import Upload
from pipelines.reference import rows_of
from pipelines.settings import REFERENCE, Settings
from pipelines.warehouse import insert

POSITION = "_position"
UNITS_OF_MEASURE = REFERENCE / "units_of_measure.csv"
_SQL_TYPES = {
    Kind.INTEGER: "bigint",
    Kind.NUMBER: "double",
    Kind.RATE: "double",
    Kind.DATE: "date",
    Kind.TIMESTAMP: "timestamp",
    Kind.BOOLEAN: "boolean",
}
_MARKS = {ROW: "bigint", SHEET: "varchar", UPLOAD: "varchar"}
_UPLOADS_DDL = """
create table accepted.uploads (
    upload_id varchar, upload_seq bigint, dataset varchar, file_name varchar,
    sha256 varchar, uploaded_by varchar, uploaded_at timestamp
)
"""
_UNITS_DDL = """
create table accepted.units_of_measure (spelling varchar, family varchar, factor double)
"""


def offer(
    connection: duckdb.DuckDBPyConnection,
    contract: Dataset,
    settings: Settings,
    active: list[Upload],
) -> None:
    """Make ``accepted.<dataset>`` of the rows that count; ``accepted.uploads`` must be there.

    A row does not count when a later upload that replaces its scope has a row of the same unit
    and month. Raises duckdb.Error when a file is missing or damaged.
    """
    uploads = [each for each in active if each.dataset == contract.name]
    if not uploads:
        create_accepted_table(connection, contract)
        return
    files = parquet(connection, contract, _paths(settings, uploads))
    replacing = [each for each in uploads if each.replaces]
    with _within(connection, "accepted"):
        files.create_view(f"{contract.name}_files" if replacing else contract.name)
    if replacing:
        replaced = parquet(connection, contract, _paths(settings, replacing))
        with _within(connection, "accepted"):
            replaced.create_view(f"{contract.name}_replacing")
        connection.execute(_scopes_sql(contract))
        connection.execute(_counting_sql(contract))


def parquet(
    connection: duckdb.DuckDBPyConnection, contract: Dataset, paths: list[Path]
) -> duckdb.DuckDBPyRelation:
    """Rows of Parquet files of ours: the contract's columns as typed now, marks, position.

    The upload is empty in a file that is not accepted yet.
    """
    files = connection.read_parquet(
        [str(each) for each in paths], union_by_name=True, file_row_number=True
    )
    there = set(files.columns)
    wanted = {each.name: _SQL_TYPES.get(each.kind, "varchar") for each in contract.fields} | _MARKS
    columns = [
        f'cast({_value(contract, name, there)} as {kind}) as "{name}"'
        for name, kind in wanted.items()
    ]
    return files.project(", ".join([*columns, f"file_row_number as {POSITION}"]))


def scope(contract: Dataset, rows: str) -> tuple[str, str]:
    """SQL of the unit and the month that a row of ``rows`` belongs to; '' where there is none.

    The unit is as written: two spellings of one unit are two scopes.
    """
    unit = f'{rows}."{contract.unit_field}"' if contract.unit_field else "''"
    if contract.period_field is None:
        return unit, "''"
    period = f'{rows}."{contract.period_field}"'
    if contract[contract.period_field].kind is Kind.MONTH:
        return unit, period
    return unit, f"strftime({period}, '%Y-%m')"


def create_accepted_table(connection: duckdb.DuckDBPyConnection, contract: Dataset) -> None:
    """An empty accepted table with the columns of ``contract``."""
    columns = [f'"{each.name}" {_SQL_TYPES.get(each.kind, "varchar")}' for each in contract.fields]
    columns += [f"{name} {kind}" for name, kind in (_MARKS | {POSITION: "bigint"}).items()]
    connection.execute(f"create table accepted.{contract.name} ({', '.join(columns)})")


def offer_uploads(connection: duckdb.DuckDBPyConnection, active: list[Upload]) -> None:
    """Make ``accepted.uploads``: the uploads that count."""
    connection.execute(_UPLOADS_DDL)
    rows = [
        (u.upload_id, u.seq, u.dataset, u.file_name, u.sha256, u.accepted_by, u.accepted_at)
        for u in active
    ]
    insert(connection, "accepted.uploads", rows)


def offer_units_of_measure(connection: duckdb.DuckDBPyConnection) -> None:
    """Make ``accepted.units_of_measure``: each spelling, its family and its factor in it."""
    connection.execute(_UNITS_DDL)
    insert(connection, "accepted.units_of_measure", _units_of_measure())


def identity_of(active: list[Upload]) -> str:
    """Hash of all that is offered: the uploads in order and the reference data."""
    hashed = hashlib.sha256(UNITS_OF_MEASURE.read_bytes())
    hashed.update(INTEGRITY.read_bytes())
    for upload in active:
        part = f"{upload.seq}:{upload.upload_id}:{upload.digest}:{int(upload.replaces)}"
        hashed.update(part.encode())
    return hashed.hexdigest()


def _units_of_measure() -> list[tuple[str, str, float]]:
    """Spelling, family, factor; 万件 and 亿件 come with 件, unless they are listed themselves."""
    found: dict[str, tuple[str, float]] = {}
    for row in rows_of(UNITS_OF_MEASURE):
        for spelling in (row["name"], *row["spellings"].split("|")):
            found[spelling] = (row["family"], float(row["factor"]))
    for spelling, (family, factor) in list(found.items()):
        if factor == 1:
            found.setdefault(f"万{spelling}", (family, 1e4))
            found.setdefault(f"亿{spelling}", (family, 1e8))
    return [(spelling, *measure) for spelling, measure in found.items()]


def _value(contract: Dataset, name: str, there: set[str]) -> str:
    """Months that a file does not count are 1, so that the grain of old files is the same."""
    value = f'"{name}"' if name in there else "null"
    if contract.pivot is not None and name == contract.pivot.months:
        return f"coalesce({value}, 1)"
    return value


def _paths(settings: Settings, uploads: list[Upload]) -> list[Path]:
    return [store.accepted_path(settings, each.upload_id) for each in uploads]


@contextmanager
def _within(connection: duckdb.DuckDBPyConnection, schema: str) -> Iterator[None]:
    """Views over relations are made in the current schema only."""
    connection.execute(f"use mart_file.{schema}")
    yield
    connection.execute("use mart_file")


def _scopes_sql(contract: Dataset) -> str:
    unit, month = scope(contract, "source")
    return f"""
        create table accepted.{contract.name}_replaced as
        select {unit} as unit, {month} as month, max(uploads.upload_seq) as upload_seq
        from accepted.{contract.name}_replacing as source
        inner join accepted.uploads as uploads on source.{UPLOAD} = uploads.upload_id
        group by all
    """  # noqa: S608 - names of contracts only


def _counting_sql(contract: Dataset) -> str:
    unit, month = scope(contract, "source")
    return f"""
        create view accepted.{contract.name} as
        select source.*
        from accepted.{contract.name}_files as source
        inner join accepted.uploads as uploads on source.{UPLOAD} = uploads.upload_id
        left join accepted.{contract.name}_replaced as replaced
            on {unit} is not distinct from replaced.unit
            and {month} is not distinct from replaced.month
        where replaced.upload_seq is null or uploads.upload_seq >= replaced.upload_seq
    """  # noqa: S608 - names of contracts only
