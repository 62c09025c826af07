"""The Arrow schema of a dataset: one place that says how a contract is stored."""

from __future__ import annotations

import pyarrow as pa

from pipelines.domain.dataset import Dataset
from pipelines.domain.fields import Kind

ROW = "_row"
SHEET = "_sheet"
UPLOAD = "_upload_id"

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


def typed_schema(contract: Dataset) -> pa.Schema:
    """Contract columns plus the row and sheet they were read from."""
    fields = [pa.field(each.name, _TYPES[each.kind]) for each in contract.fields]
    return pa.schema([*fields, pa.field(ROW, pa.int64()), pa.field(SHEET, pa.string())])


def accepted_schema(contract: Dataset) -> pa.Schema:
    """What an accepted Parquet file holds: the typed schema plus the upload."""
    return typed_schema(contract).append(pa.field(UPLOAD, pa.string()))
