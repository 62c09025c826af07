"""Lists of data/reference that SQL reads as they are, as tables of the build.

``model.leave_words`` (word, kind): a leave reason with the word was for business (业务) or not
(个人). ``model.form_senses`` (form, sense): what a form of activity leaves, traces (痕) or
substance (实). ``staging.followup_rules`` (rule, applies_to: '' for all, value).
``staging.due_words`` (spelling, word): how a due cell is written that holds a word and no date.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path

import duckdb
import pyarrow as pa

from pipelines.reference import rows_of, vocabularies
from pipelines.settings import REFERENCE, Settings

_LISTS = {  # table → its file, its columns, how many of them make a row unique
    "model.leave_words": ("leave_words.csv", ("word", "kind"), 1),
    "model.form_senses": ("form_senses.csv", ("form", "sense"), 1),
    "staging.followup_rules": ("followup_rules.csv", ("rule", "applies_to", "value"), 2),
}
_NUMBERS = {"value": pa.float64()}
Make = Callable[[duckdb.DuckDBPyConnection], pa.Table]


def tables() -> list[tuple[str, tuple[str, ...], Make, Path]]:
    """Name, grain, maker and file of every table here."""
    listed: list[tuple[str, tuple[str, ...], Make, Path]] = [
        (name, columns[:keys], partial(_listed, name), REFERENCE / file)
        for name, (file, columns, keys) in _LISTS.items()
    ]
    return [
        *listed,
        ("staging.due_words", ("spelling",), _due_words, REFERENCE / "vocabulary.csv"),
    ]


def _listed(name: str, _connection: duckdb.DuckDBPyConnection) -> pa.Table:
    file, columns, _ = _LISTS[name]
    return _table(rows_of(REFERENCE / file), columns)


def _due_words(_connection: duckdb.DuckDBPyConnection) -> pa.Table:
    entries = vocabularies(Settings())["due_word"].entries
    ways = {way: each.code for each in entries for way in each.ways if way}
    return _table([{"spelling": way, "word": ways[way]} for way in ways], ("spelling", "word"))


def _table(rows: Iterable[dict[str, str]], columns: tuple[str, ...]) -> pa.Table:
    texts = pa.table({each: pa.array([row[each] for row in rows], pa.string()) for each in columns})
    return texts.cast(pa.schema([(each, _NUMBERS.get(each, pa.string())) for each in columns]))
