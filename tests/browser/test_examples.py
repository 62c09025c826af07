"""Every file of the examples, dropped on the page and confirmed, stores exactly what it means."""

from __future__ import annotations

import json

import pyarrow.parquet as pq
import pytest

from tests.meant import FILES, SKIPPED, in_their_keys, meant
from tests.paths import EXAMPLES

pytestmark = pytest.mark.xdist_group("browser")
SHOWN = {
    "title": "标题",
    "unit_line": "单位、填报单位等说明行",
    "subtotal": "小计或合计行",
    "footnote": "表下的注释",
    "signature": "落款、签字行",
}


@pytest.mark.parametrize("name", FILES)
def test_what_the_page_stores_is_what_the_file_means(name, server, visit):
    """Row for row and value for value; the skipped parts are named on the page."""
    expected = meant(name)
    before = set((server.store / "accepted").glob("*.parquet"))
    seen = visit(server).open("upload")
    seen.sign()
    seen.drop(EXAMPLES / name)
    if "skipped" in expected:
        seen.unfold("表格")
        for each in expected["skipped"]:
            seen.sees(SHOWN[SKIPPED[each]])
    seen.confirm(len(expected["rows"]))
    (stored,) = set((server.store / "accepted").glob("*.parquet")) - before
    rows = json.loads(json.dumps(pq.read_table(stored).to_pylist(), default=str))
    keys = list(expected["rows"][0])
    assert expected["rows"] == [in_their_keys(row, keys) for row in rows]
