"""The step of the build that says what a follow-up item is about: model.followup_texts.

Two items are the same matter when nothing is left that tells their texts apart: not their number,
dates, how many there were, filling words, or words that the list takes for the same.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path

import duckdb
import pyarrow as pa

from pipelines.reference import fold, rows_of
from pipelines.settings import ROOT

NAME = "model.followup_texts"
NEEDS = ("staging.actions",)
GRAIN = ("action_id",)
WORDS = ROOT / "data" / "reference" / "followup_words.csv"
SHORTEST = 4  # characters; a text of which less is left is compared as it stands
_NUMBER = r"(?:\d+(?:\.\d+)?|[一二两三四五六七八九十百]+)"
_HEAD = re.compile(rf"^\s*(?:[(（]{_NUMBER}[)）]|第?{_NUMBER}(?:[、.:：)）,，]|[项条]))+\s*")
_SPAN = re.compile(
    rf"(?:\d{{2,4}}年度?)?(?:第?[一二三四1-4]季度|[上下]半年|{_NUMBER}月份?(?:{_NUMBER}[日号])?)"
    r"|\d{2,4}年度?|\d{4}[-/.]\d{1,2}(?:[-/.]\d{1,2})?"
)
_COUNT = re.compile(rf"{_NUMBER}[余多]?(?:%|人次|[项处个次份条起人台户件名])")
_MARKS = re.compile(r"[\W_]+")


def make(connection: duckdb.DuckDBPyConnection) -> pa.Table:
    """action_id, plain_text: of every item, "" for one without letters or digits."""
    listed = words(WORDS)
    rows = connection.execute("select action_id, text from staging.actions").fetchall()
    made = [(number, plain(text or "", listed)) for number, text in rows]
    return pa.table(
        {
            "action_id": pa.array([each[0] for each in made], pa.string()),
            "plain_text": pa.array([each[1] for each in made], pa.string()),
        }
    )


@cache
def words(path: Path) -> Mapping[str, str]:
    """What each term stands for, "" for a filling word; folded, the longest first."""
    found = {fold(row["term"]): fold(row["stands_for"]) for row in rows_of(path)}
    return dict(sorted(found.items(), key=lambda each: -len(each[0])))


def plain(text: str, listed: Mapping[str, str]) -> str:
    """What a text says without what tells no matters apart."""
    whole = fold(text)
    rest = _HEAD.sub("", whole)
    for pattern in (_SPAN, _COUNT):
        rest = pattern.sub("", rest)
    if listed:
        terms = re.compile("|".join(map(re.escape, listed)))
        rest = terms.sub(lambda found: listed[found[0]], rest)
    rest = _MARKS.sub("", rest)
    return rest if len(rest) >= SHORTEST else _MARKS.sub("", whole)
