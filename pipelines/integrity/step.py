"""The step of the build that compares texts: model.integrity_copies."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import duckdb
import numpy as np
import pyarrow as pa

from pipelines.integrity.near_duplicates import Limits, Pairs, find_pairs
from pipelines.warehouse import among

NEEDS = ("staging.activities", "model.activity_records", "staging.integrity_thresholds")
GRAIN = ("record_id",)
NAME = "model.integrity_copies"
FIELDS = ("agenda", "result")
BATCH = 250_000  # records
_LIMITS_SQL = """
select threshold, number from staging.integrity_thresholds where check_id = 'near_duplicate'
"""
_RECORDS_SQL = """
select records.record_id,
    dense_rank() over (order by placed.unit_id, records.activity_type) as class,
    datediff('day', date '1970-01-01', cast(records.start_at as date)) as day,
    trim(coalesce(records.agenda, '')) as agenda,
    trim(coalesce(records.result, '')) as result
from staging.activities as records
inner join model.activity_records as placed on records.record_id = placed.record_id
where placed.unit_id is not null and records.start_at is not null {}
order by class, records.start_at, records.record_id
"""
_COLUMNS = {
    "record_id": pa.large_string(),
    "other_record_id": pa.large_string(),
    "field": pa.large_string(),
    "similarity": pa.float64(),
    "is_masked": pa.bool_(),
    "is_exact": pa.bool_(),
}


def make(connection: duckdb.DuckDBPyConnection, *, batch: int = BATCH) -> pa.Table:
    """One row a record that repeats an earlier one: the agenda counts before the result.

    Texts are in memory for ``batch`` records at a time, and for the largest group.
    """
    return _compared(connection, _RECORDS_SQL.format(""), [], batch)


def make_some(connection: duckdb.DuckDBPyConnection, records: Sequence[str]) -> pa.Table:
    """The rows of ``records``, which must be all records of their organisations."""
    wanted = f"and {among('records.record_id', records)}"
    return _compared(connection, _RECORDS_SQL.format(wanted), records, BATCH)


def _compared(
    connection: duckdb.DuckDBPyConnection, sql: str, asked: Sequence[str], batch: int
) -> pa.Table:
    limits = limits_of(dict(connection.execute(_LIMITS_SQL).fetchall()))
    records = connection.execute(sql, asked).to_arrow_reader(batch)
    found = [_copies(each, limits) for each in _whole_groups(records)]
    return pa.concat_tables([pa.schema(list(_COLUMNS.items())).empty_table(), *found])


def _whole_groups(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.Table]:
    """The rows of ``batches``, sorted by class, cut so that no class is in two parts."""
    held: list[pa.RecordBatch] = []
    for batch in batches:
        classes = batch["class"].to_numpy()
        before = held[-1]["class"][-1].as_py() if held else None
        cut = int(np.searchsorted(classes, classes[-1])) if len(classes) else 0
        if cut == 0 and len(classes) and before not in (None, classes[-1]):
            yield pa.Table.from_batches(held)
            held = []
        elif cut > 0:
            yield pa.Table.from_batches([*held, batch.slice(0, cut)])
            held, batch = [], batch.slice(cut)
        if len(batch):
            held.append(batch)
    if held:
        yield pa.Table.from_batches(held)


def _copies(records: pa.Table, limits: Limits) -> pa.Table:
    """The rows of ``make`` for some groups."""
    records = records.combine_chunks()
    group = records["class"].to_numpy().astype(np.int64)
    day = records["day"].to_numpy().astype(np.int64)
    parts, told = [], np.zeros(len(records), dtype=bool)
    for field in FIELDS:
        texts = records[field].cast(pa.large_string()).combine_chunks()
        pairs = find_pairs(group, day, _one(texts), limits)
        new = ~told[pairs.record]
        told[pairs.record] = True
        parts.append(_table(_one(records["record_id"].combine_chunks()), field, pairs, new))
    return pa.concat_tables(parts)


def limits_of(numbers: dict[str, float]) -> Limits:
    """KeyError when integrity.csv lacks a threshold."""
    return Limits(
        similarity=numbers["similarity"],
        length=int(numbers["length"]),
        days=int(numbers["days"]),
        neighbours=int(numbers["neighbours"]),
    )


def _one(column: pa.Array | pa.ChunkedArray) -> pa.Array:
    """A column as one array; an empty one has no chunk."""
    if not isinstance(column, pa.ChunkedArray):
        return column
    if column.num_chunks == 1:
        return column.chunk(0)
    return pa.array([], type=column.type)


def _table(ids: pa.Array, field: str, pairs: Pairs, new: np.ndarray) -> pa.Table:
    columns = [
        ids.take(pa.array(pairs.record[new])),
        ids.take(pa.array(pairs.earlier[new])),
        pa.array([field] * int(new.sum())),
        *(pa.array(each[new]) for each in (pairs.similarity, pairs.is_masked, pairs.is_exact)),
    ]
    schema = pa.schema(list(_COLUMNS.items()))
    return pa.table([c.cast(t) for c, t in zip(columns, schema.types, strict=True)], schema=schema)
