"""Which records of activities a change reaches: by uploads, names, bridges, their organisation.

Each function gives no more than MOST of them, and None when there are more.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

import duckdb

from pipelines.accepted import scope
from pipelines.contents import MOST
from pipelines.domain.dataset import Dataset
from pipelines.intake.schema import UPLOAD
from pipelines.ledger import Upload
from pipelines.warehouse import among

ACCEPTED = "accepted."
OWNERS = "model.activity_records"
_OWNERS_BEFORE = "temp.owners_before"


@dataclass(frozen=True, kw_only=True)
class Keys:
    """A table that a record reads by ``keys`` alone: those that it has as ``columns`` of ``table``.

    Only what is about records; other tables may read it in any way.
    """

    keys: tuple[str, ...]
    table: str
    columns: tuple[str, ...]


KEYS = {
    "model.unit_months": Keys(
        keys=("spelling", "month"), table="staging.activities", columns=("unit", "month")
    ),
    "model.bridge_months": Keys(
        keys=("party_unit_id", "month"), table=OWNERS, columns=("unit_id", "month")
    ),
}


def of_keys(
    connection: duckdb.DuckDBPyConnection, name: str, changed: Collection[tuple[str, ...]] | None
) -> Collection[str] | None:
    """The records that read one of the keys ``changed`` of the table ``name`` of KEYS."""
    if not changed:
        return changed
    known = KEYS[name]
    values = ", ".join("unnest(cast(? as varchar[]))" for _ in known.keys)
    same = " and ".join(
        f"records.{column} is not distinct from changed.{key}"
        for column, key in zip(known.columns, known.keys, strict=True)
    )
    sql = f"""
        select records.record_id from {known.table} as records
        inner join (select {values}) as changed ({", ".join(known.keys)}) on {same}
    """  # noqa: S608 - names of ours
    return _few(connection, sql, [list(each) for each in zip(*changed, strict=True)])


def of_uploads(
    connection: duckdb.DuckDBPyConnection, contract: Dataset, uploads: Iterable[Upload]
) -> Collection[str] | None:
    """The records that new ``uploads`` of a dataset bring or take the place of.

    ``staging`` must still have the dataset as it was before them.
    """
    (record,) = contract.grain
    name, ids = f"{ACCEPTED}{contract.name}", [each.upload_id for each in uploads]
    sql = f"select {record} from {name} where {among(UPLOAD, ids)}"  # noqa: S608 - names of ours
    replacing = [each.upload_id for each in uploads if each.replaces]
    if replacing:
        unit, month = scope(contract, "old")
        sql += f"""
            union select old.{record} from staging.{contract.name} as old
            inner join {name}_replaced as replaced
                on {unit} is not distinct from replaced.unit
                and {month} is not distinct from replaced.month
            inner join accepted.uploads as uploads on replaced.upload_seq = uploads.upload_seq
            where {among("uploads.upload_id", replacing)}
        """  # noqa: S608
    return _few(connection, sql, [*ids, *replacing])


def keep_owners(
    connection: duckdb.DuckDBPyConnection, table: str, records: Collection[str]
) -> None:
    """Remember the rows of ``records`` in ``table``, which OWNERS was before, for
    ``of_organisations``."""
    few = f"select * from {table} where {among('record_id', records)}"  # noqa: S608 - ours
    connection.execute(f"create temp table {_OWNERS_BEFORE} as {few}", list(records))


def of_organisations(
    connection: duckdb.DuckDBPyConnection, records: Sequence[str]
) -> Collection[str]:
    """All records of the organisations that ``records`` belong to, or did before."""
    wanted = among("record_id", records)
    rows = connection.execute(
        f"""
        select record_id from {OWNERS} where unit_id in (
            select unit_id from {OWNERS} where {wanted}
            union
            select unit_id from {_OWNERS_BEFORE} where {wanted}
        )
        """,  # noqa: S608 - names of ours
        [*records, *records],
    )
    return {each for (each,) in rows.fetchall()}


def _few(
    connection: duckdb.DuckDBPyConnection, sql: str, values: Sequence[str | list[str]]
) -> Collection[str] | None:
    rows = connection.execute(f"select distinct * from ({sql}) limit {MOST + 1}", values)  # noqa: S608
    found = {each for (each,) in rows.fetchall()}
    return found if len(found) <= MOST else None
