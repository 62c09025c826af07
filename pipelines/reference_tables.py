"""Lists of data/reference that the SQL of follow-ups reads, as tables."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

import duckdb
import pyarrow as pa

from pipelines.reference import rows_of
from pipelines.settings import ROOT

REFERENCE = ROOT / "data" / "reference"
Make = Callable[[duckdb.DuckDBPyConnection], pa.Table]


def tables() -> list[tuple[str, tuple[str, ...], Make, Path]]:
    """Name, grain, maker and file of every table here."""
    listed = (
        ("staging.followup_rules", ("rule", "applies_to"), _followup_rules, "followup_rules.csv"),
        ("staging.due_words", ("spelling",), _due_words, "vocabulary.csv"),
    )
    return [
        (name, grain, partial(_made, read, REFERENCE / file), REFERENCE / file)
        for name, grain, read, file in listed
    ]


def _made(
    read: Callable[[Path], pa.Table], path: Path, _connection: duckdb.DuckDBPyConnection
) -> pa.Table:
    return read(path)


def _followup_rules(path: Path) -> pa.Table:
    """rule, applies_to ('' for all), value."""
    rows = [(r["rule"], r["applies_to"], float(r["value"])) for r in rows_of(path)]
    return _table(rows, rule=pa.string(), applies_to=pa.string(), value=pa.float64())


def _due_words(path: Path) -> pa.Table:
    """spelling, word: how a due cell is written that holds a word and no date."""
    words = {
        spelling: row["code"]
        for row in rows_of(path)
        if row["vocabulary"] == "due_word"
        for spelling in (row["code"], row["label"], *row["spellings"].split("|"))
        if spelling
    }
    return _table(list(words.items()), spelling=pa.string(), word=pa.string())


def _table(rows: list[tuple], **kinds: pa.DataType) -> pa.Table:
    columns = zip(*rows, strict=True) if rows else [()] * len(kinds)
    arrays = [pa.array(list(c), k) for c, k in zip(columns, kinds.values(), strict=True)]
    return pa.table(arrays, names=list(kinds))
