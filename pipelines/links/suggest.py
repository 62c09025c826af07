"""Suggested links of all activities: distinct texts are scored once, activities look them up.

Millions of activities share few words. Texts are cut into pieces at punctuation and numbers, a
piece into words, and only words that say something about a target are kept; activities whose
three fields keep the same words are one case, and a case is scored once.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial

import duckdb
import pyarrow as pa

from pipelines.links import scoring
from pipelines.links.scoring import FIELDS, Index, Scored, Words
from pipelines.links.targets import kpi_documents, name_documents
from pipelines.links.words import Segmenter, link_terms
from pipelines.warehouse import among

NAME = "model.link_suggestions"
GRAIN = ("record_id", "target_kind", "target_id")
NEEDS = (
    "staging.activities",
    "staging.key_tasks",
    "staging.carriers",
    "model.kpis",
    "model.link_candidates",
    "model.link_names",
    "model.unit_spellings",
)
_SCORES = pa.schema(
    [
        ("case_id", pa.int64()),
        ("key", pa.string()),
        ("score", pa.float64()),
        ("reason", pa.string()),
    ]
)
_PIECES = pa.schema([("piece", pa.string()), ("word", pa.string())])
_ACTIVITIES = f"select record_id, {', '.join(FIELDS)} from staging.activities"  # noqa: S608 - ours
_KPIS = """
select kpi_id, kpi_name, aliases, category from model.kpis
where not is_placebo and kpi_name is not null order by kpi_id
"""
_NAMES = """
create temp table link_documents as
with owners as (
    select 'key_task' as target_kind, task_id as target_id, unit from staging.key_tasks
    union all
    select 'carrier' as target_kind, carrier_id as target_id, unit from staging.carriers
),
spelled as (
    select owners.target_kind, owners.target_id, other.spelling
    from owners
    inner join model.unit_spellings as mine on owners.unit = mine.spelling
    inner join model.unit_spellings as other on mine.unit_id = other.unit_id
)
select
    named.target_kind,
    named.target_id,
    coalesce(
        arg_max(
            replace(named.target_name, spelled.spelling, ''), length(spelled.spelling)
        ) filter (where contains(named.target_name, spelled.spelling)),
        min(named.target_name)
    ) as document
from model.link_names as named
left join spelled
    on named.target_kind = spelled.target_kind and named.target_id = spelled.target_id
group by named.target_kind, named.target_id
"""
_PLAIN = "regexp_replace({}, '[0-9]+', ' ', 'g')"
_TEXTS = "create temp table link_texts as\nselect *, row_number() over () as text_id from (" + (
    " union all ".join(
        f"select distinct '{each}' as field, {_PLAIN.format(each)} as text "  # noqa: S608
        f"from link_activities where {each} is not null"
        for each in FIELDS
    )
    + ")"
)
_PIECE_SPLIT = r"regexp_split_to_array(text, '[^\p{L}\p{M}]+')"
_TEXT_WORDS = f"""
create temp table link_text_words as
select pieces.text_id, list_sort(list_distinct(list(found.word))) as words
from (select text_id, unnest({_PIECE_SPLIT}) as piece from link_texts) as pieces
inner join link_pieces as found using (piece)
group by pieces.text_id
"""  # noqa: S608 - constants of this module
_RECORDS = f"""
create temp table link_records as
with found as (
    select texts.field, texts.text, words.words
    from link_texts as texts
    inner join link_text_words as words using (text_id)
),
records as (
    select records.record_id, k.words as keywords, t.words as title, a.words as agenda
    from link_activities as records
    left join found as k on k.field = 'keywords'
        and {_PLAIN.format("records.keywords")} = k.text
    left join found as t on t.field = 'title'
        and {_PLAIN.format("records.title")} = t.text
    left join found as a on a.field = 'agenda'
        and {_PLAIN.format("records.agenda")} = a.text
    where k.words is not null or t.words is not null or a.words is not null
)
select record_id, keywords, title, agenda,
    dense_rank() over (order by keywords, title, agenda) as case_id
from records
"""  # noqa: S608 - constants of this module
_CASES = """
select case_id, any_value(keywords) as keywords, any_value(title) as title,
    any_value(agenda) as agenda
from link_records group by case_id order by case_id
"""
_TO_KPIS = """
select records.record_id, 'kpi' as target_kind, scored.key as target_id,
    scored.score, scored.reason
from link_records as records
inner join link_kpi_scores as scored using (case_id)
"""
_TO_OWN = f"""
select candidates.record_id, candidates.target_kind, candidates.target_id,
    scored.score, scored.reason
from model.link_candidates as candidates
inner join link_documents as names using (target_kind, target_id)
inner join link_records as records using (record_id)
inner join link_name_scores as scored
    on records.case_id = scored.case_id
    and concat(names.target_kind, ' ', names.document) = scored.key
qualify score >= {scoring.NEAR} * max(score) over (partition by record_id, target_kind)
    and row_number() over (
        partition by record_id, target_kind order by score desc, target_id
    ) <= {scoring.MOST}
"""  # noqa: S608 - constants of this module


def make(connection: duckdb.DuckDBPyConnection) -> pa.Table:
    """Rows of NAME: what the words of an activity suggest, with score (0–1) and reason."""
    connection.execute(f"create temp view link_activities as {_ACTIVITIES}")
    try:
        return _suggested(connection)
    finally:
        connection.execute("drop view link_activities")


def make_some(connection: duckdb.DuckDBPyConnection, records: Sequence[str]) -> pa.Table:
    """The rows of ``make`` for ``records``."""
    few = f"{_ACTIVITIES} where {among('record_id', records)}"
    connection.execute(f"create temp table link_activities as {few}", records)
    try:
        return _suggested(connection)
    finally:
        connection.execute("drop table link_activities")


def _suggested(connection: duckdb.DuckDBPyConnection) -> pa.Table:
    """Rows for what is in link_activities."""
    listed = link_terms()
    (records,) = connection.execute("select count(*) from staging.activities").fetchone()
    kpis = connection.execute(_KPIS).fetchall() if records else []  # nobody looks them up
    connection.execute(_NAMES)
    named = connection.execute(
        "select distinct target_kind, document from link_documents order by all"
    ).fetchall()
    cut = Segmenter({*listed.targets, *listed.stop})
    indexes = {"kpi": Index(kpi_documents(kpis, cut, listed))}
    for kind in ("key_task", "carrier"):
        names = [document for each, document in named if each == kind]
        indexes[kind] = Index(name_documents(names, cut, listed))
    telling = frozenset().union(*(each.words for each in indexes.values()))
    _cases(connection, cut, telling, listed.phrases)
    cases = connection.execute(_CASES).fetchall()
    kpi_scores = _scores(cases, lambda case: scoring.suggested(indexes["kpi"].fitting(case)))
    connection.register("link_kpi_scores", kpi_scores)
    connection.register("link_name_scores", _scores(cases, partial(_named, indexes)))
    try:  # one by one: together, under a window, DuckDB can wait for itself forever
        return pa.concat_tables(
            connection.execute(each).to_arrow_table() for each in (_TO_KPIS, _TO_OWN)
        )
    finally:
        for view in ("link_kpi_scores", "link_name_scores"):
            connection.unregister(view)
        for table in ("link_documents", "link_texts", "link_text_words", "link_records"):
            connection.execute(f"drop table {table}")


def _cases(
    connection: duckdb.DuckDBPyConnection,
    cut: Segmenter,
    telling: frozenset[str],
    phrases: frozenset[str],
) -> None:
    """Make link_records: every activity with telling words, its words by field and its case."""
    connection.execute(_TEXTS)
    distinct = connection.execute(
        f"select distinct unnest({_PIECE_SPLIT}) as piece from link_texts"  # noqa: S608
    ).fetchall()
    found = [
        {"piece": piece, "word": word}
        for (piece,) in distinct
        if piece
        for word in sorted(cut.words_outside(piece, phrases) & telling)
    ]
    connection.register("link_pieces", pa.Table.from_pylist(found, schema=_PIECES))
    connection.execute(_TEXT_WORDS)
    connection.unregister("link_pieces")
    connection.execute(_RECORDS)


def _named(indexes: Mapping[str, Index], case: Words) -> list[Scored]:
    """Key tasks and carriers that fit, whoever they belong to; keys open with the kind."""
    return [
        replace(each, key=f"{kind} {each.key}")
        for kind in ("key_task", "carrier")
        for each in indexes[kind].fitting(case)
    ]


def _scores(cases: list[tuple], fitting: Callable[[Words], Sequence[Scored]]) -> pa.Table:
    """What fits every case."""
    rows = []
    for case_id, *fields in cases:
        case: Words = {
            name: frozenset(found or ()) for name, found in zip(FIELDS, fields, strict=True)
        }
        rows.extend({"case_id": case_id, **vars(each)} for each in fitting(case))
    return pa.Table.from_pylist(rows, schema=_SCORES)
