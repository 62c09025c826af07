"""Frames by way of Arrow are those of DuckDB's own df(), cell by cell and type by type."""

import warnings
from itertools import product

import pandas as pd
import pytest

from pipelines.result_frames import frame_of
from pipelines.warehouse import scratch

CELLS = {
    "whole": "x::bigint",
    "small": "x::smallint",
    "sum": "sum(x) over ()",
    "truth": "x > 1",
    "double": "x / 2",
    "decimal": "x::decimal(10, 2)",
    "text": "x::varchar",
    "day": "date '2026-01-31' + x",
    "moment": "timestamp '2026-01-31 08:30' + x * interval 1 hour",
    "texts": "[x::varchar, '甲']",
    "unknown": "null",
}
ROWS = {
    "full": "(values (1), (2), (3)) as rows(x)",
    "gaps": "(values (1), (null), (3)) as rows(x)",
    "nothing": "(values (null::integer), (null)) as rows(x)",
    "no rows": "(values (1)) as rows(x) where false",
}


@pytest.mark.parametrize(("cell", "rows"), list(product(CELLS, ROWS)))
def test_a_frame_is_the_one_that_duckdb_makes(cell, rows):
    """Values, gaps, types and the index are the same for every kind of column that queries give."""
    sql = f"select {CELLS[cell]} as found, x as beside from {ROWS[rows]}"  # noqa: S608
    with scratch() as connection, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # df() itself uses what pandas takes away
        expected = connection.execute(sql).df()
        found = frame_of(connection.execute(sql).to_arrow_table())
    pd.testing.assert_frame_equal(expected, found, check_exact=True)
