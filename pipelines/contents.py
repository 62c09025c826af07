"""What a table holds, as a hash, and in which records two tables differ."""

from __future__ import annotations

import hashlib
from collections.abc import Collection

import duckdb

MOST = 50_000  # more that differ are not told one by one
_BUCKETS = 4096
_HASHES = "count(*), sum(hash(t)), bit_xor(hash(t))"


def content_of(connection: duckdb.DuckDBPyConnection, name: str) -> str:
    """Hash of the columns and rows of a table, in whatever order the rows are."""
    columns = connection.execute(f"describe {name}").fetchall()
    rows = connection.execute(f"select {_HASHES} from {name} as t").fetchone()  # noqa: S608
    said = repr([(column[0], column[1]) for column in columns]) + repr(rows)
    return hashlib.sha256(said.encode()).hexdigest()


def differing(
    connection: duckdb.DuckDBPyConnection, tables: tuple[str, str], keys: tuple[str, ...]
) -> Collection[tuple[str, ...]] | None:
    """The values of the columns ``keys`` for which two tables have other rows; None when there
    are more than MOST.

    Rows must be unique. Hashes of many of them together are compared first, so that only a few
    have to be in memory.
    """
    listed = ", ".join(keys)
    ours, theirs = (_buckets(connection, each, listed) for each in tables)
    unlike = [each for each in ours.keys() | theirs.keys() if ours.get(each) != theirs.get(each)]
    few = [
        f"select {listed}, hash(t) from {each} as t "  # noqa: S608 - names of tables of ours
        f"where {_bucket(listed)} in (select unnest($buckets))"
        for each in tables
    ]
    rows = connection.execute(
        f"select distinct {listed} from (({few[0]} except {few[1]}) union all "  # noqa: S608
        f"({few[1]} except {few[0]})) limit {MOST + 1}",
        {"buckets": unlike},
    )
    found = set(rows.fetchall())
    return found if len(found) <= MOST else None


def _bucket(keys: str) -> str:
    return f"hash({keys}) % {_BUCKETS}"


def _buckets(
    connection: duckdb.DuckDBPyConnection, name: str, keys: str
) -> dict[int, tuple[int, ...]]:
    rows = connection.execute(
        f"select {_bucket(keys)}, {_HASHES} from {name} as t group by 1"  # noqa: S608
    )
    return {bucket: tuple(hashes) for bucket, *hashes in rows.fetchall()}
