"""Vectorised columns and frames typed by the contract."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from pipelines.domain.catalog import dataset
from pipelines.intake.schema import typed_schema

Column = pa.Array | pa.ChunkedArray | np.ndarray | Sequence[object]

_TEXT = pa.large_string()  # 32-bit offsets end at 2 GB of text in one column


def taken(
    pool: Sequence[str | None], index: np.ndarray, keep: np.ndarray | None = None
) -> pa.Array:
    """``pool[index]`` as text, null where ``keep`` is false."""
    values = pa.array(pool, type=_TEXT)
    return values.take(pa.array(index, mask=None if keep is None else ~keep))


def numbered(prefix: str, numbers: np.ndarray, width: int) -> pa.Array:
    """``prefix`` + number padded with zeros, e.g. HD0000001."""
    digits = pc.utf8_lpad(pa.array(numbers).cast(_TEXT), width=width, padding="0")
    return joined(prefix, digits)


def joined(*parts: str | pa.Array) -> pa.Array:
    """Concatenate text columns and constants, row by row."""
    texts = [pa.scalar(p, type=_TEXT) if isinstance(p, str) else p for p in parts]
    return pc.binary_join_element_wise(*texts, pa.scalar("", type=_TEXT))


def _typed(values: Column, wanted: pa.DataType) -> pa.Array | pa.ChunkedArray:
    if isinstance(values, np.ndarray) and values.dtype.kind == "M":
        values = values.astype("datetime64[D]" if pa.types.is_date(wanted) else "datetime64[us]")
    if not isinstance(values, pa.Array | pa.ChunkedArray):
        values = pa.array(values, from_pandas=True)
    return values.cast(wanted)


def contract_frame(name: str, columns: Mapping[str, Column]) -> pd.DataFrame:
    """A frame in the column order and types of contract ``name``; absent columns are null.

    Raises KeyError for a column that the contract does not have.
    """
    contract = dataset(name)
    unknown = set(columns) - set(contract.names)
    if unknown:
        raise KeyError(f"{name} has no columns {sorted(unknown)}")
    size = len(next(iter(columns.values())))
    schema = typed_schema(contract)
    arrays = {}
    for each in contract.names:
        stored = schema.field(each).type
        wanted = _TEXT if pa.types.is_string(stored) else stored
        given = columns.get(each)
        arrays[each] = pa.nulls(size, wanted) if given is None else _typed(given, wanted)
    dates = {pa.date32(): pd.ArrowDtype(pa.date32())}
    return pa.table(arrays).to_pandas(types_mapper=dates.get)


def plain_frame(columns: Mapping[str, Column]) -> pd.DataFrame:
    """A frame of the truth, in the types that the columns come in."""
    arrays = {name: _untyped(values) for name, values in columns.items()}
    return pa.table(arrays).to_pandas()


def _untyped(values: Column) -> pa.Array | pa.ChunkedArray:
    return values if isinstance(values, pa.Array | pa.ChunkedArray) else pa.array(values)
