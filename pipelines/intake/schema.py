"""The Arrow schema of a dataset: one place that says how a contract is stored."""

from __future__ import annotations

import pyarrow as pa

from pipelines.domain.dataset import Dataset
from pipelines.domain.fields import Kind

ROW = "_row"
SHEET = "_sheet"
RAW = "_raw"
POINT = "_point"  # which header point a record came from; leaves with the preview
UPLOAD = "_upload_id"
FIRST_ROW, LAST_ROW = "first_row", "last_row"  # that a printed total sums
TOTAL_KIND = "total_kind"  # its word: 小计, 合计, 总计
_READ_AS_WRITTEN = (Kind.TEXT, Kind.UNIT)

_TYPES = {
    Kind.CODE: pa.string(),
    Kind.TEXT: pa.string(),
    Kind.UNIT: pa.string(),
    Kind.VOCABULARY: pa.string(),
    Kind.MONTH: pa.string(),
    Kind.INTEGER: pa.int64(),
    Kind.NUMBER: pa.float64(),
    Kind.RATE: pa.float64(),
    Kind.DATE: pa.date32(),
    Kind.TIMESTAMP: pa.timestamp("us"),
    Kind.BOOLEAN: pa.bool_(),
}


def raw_fields(contract: Dataset) -> tuple[str, ...]:
    """Fields whose cells are kept as received where the value says it differently."""
    return tuple(each.name for each in contract.fields if each.kind not in _READ_AS_WRITTEN)


def typed_schema(contract: Dataset) -> pa.Schema:
    """Contract columns, the row and sheet they were read from, and the cells as received."""
    fields = [pa.field(each.name, _TYPES[each.kind]) for each in contract.fields]
    raw = pa.struct([pa.field(name, pa.string()) for name in raw_fields(contract)])
    own = [pa.field(ROW, pa.int64()), pa.field(SHEET, pa.string()), pa.field(RAW, raw)]
    return pa.schema([*fields, *own])


def totals_schema(contract: Dataset) -> pa.Schema:
    """The typed columns of a printed total, the source rows that it sums, and its word."""
    schema = typed_schema(contract)
    for name, kind in ((FIRST_ROW, pa.int64()), (LAST_ROW, pa.int64()), (TOTAL_KIND, pa.string())):
        schema = schema.append(pa.field(name, kind))
    return schema
