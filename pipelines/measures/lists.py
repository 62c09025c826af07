"""Lists of an organisation that measures read, offered to SQL as tables of the build.

``model.leave_words`` (word, kind): a leave reason with the word was for business (业务) or not
(个人). ``model.form_senses`` (form, sense): what a form of activity leaves, traces (痕) or
substance (实).
"""

from __future__ import annotations

from functools import partial
from pathlib import Path

import duckdb
import pyarrow as pa

from pipelines.reference import rows_of
from pipelines.settings import ROOT

_REFERENCE = ROOT / "data" / "reference"
LISTS = {  # table -> its file and columns; the first is the grain
    "model.leave_words": (_REFERENCE / "leave_words.csv", ("word", "kind")),
    "model.form_senses": (_REFERENCE / "form_senses.csv", ("form", "sense")),
}


def listed(table: str, _connection: duckdb.DuckDBPyConnection) -> pa.Table:
    """The rows of a list, all text."""
    path, columns = LISTS[table]
    rows = rows_of(path)
    return pa.table({name: pa.array([row[name] for row in rows], pa.string()) for name in columns})


def tables() -> list[tuple[str, tuple[str, ...], partial | object, Path]]:
    """Name, grain, maker and file of every table here."""
    return [
        (name, (columns[0],), partial(listed, name), path)
        for name, (path, columns) in LISTS.items()
    ]
