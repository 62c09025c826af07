"""An Arrow table as the pandas frame that rules are run on, with the columns rules derive."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
import pyarrow as pa

from expectations.rules import MonthStart, Rule

_FIRST_NANOSECOND_DAY = pd.Timestamp("1678-01-01")
_LAST_NANOSECOND_DAY = pd.Timestamp("2262-01-01")


def to_frame(table: pa.Table) -> pd.DataFrame:
    """One pandas row per table row, index 0…n-1; dates as datetime64, so that they compare."""
    frame = table.to_pandas(date_as_object=False, ignore_metadata=True)
    for name in frame.select_dtypes("datetime"):
        frame[name] = _in_nanoseconds(frame[name])
    return frame


def _in_nanoseconds(dates: pd.Series) -> pd.Series:
    """Great Expectations compares only nanosecond dates as a column and others one by one, which
    takes ten times as long. Dates such as 9999-12-31 do not fit and stay as they are.
    """
    outside = (dates < _FIRST_NANOSECOND_DAY) | (dates > _LAST_NANOSECOND_DAY)
    return dates if outside.any() else dates.dt.as_unit("ns")


def with_derived(table: pa.Table, rules: Sequence[Rule]) -> pa.Table:
    """``table`` plus every derived column of ``rules``."""
    for each in dict.fromkeys(each for rule in rules for each in rule.derived):
        values = _derive(each, to_frame(table.select(list(each.sources))))
        table = table.append_column(each.name, pa.Array.from_pandas(values))
    return table


def _derive(each: MonthStart, frame: pd.DataFrame) -> pd.Series:
    return pd.to_datetime(frame[each.of], format="%Y-%m")
