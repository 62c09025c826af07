"""Suggested links of activities in polars."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from benchmarks import polars_units as roster
from benchmarks.inputs import DIGITS, LETTERS
from benchmarks.texts import KINDS, Case, Matcher
from pipelines.links.scoring import FIELDS, MOST, NEAR

if TYPE_CHECKING:
    from benchmarks.polars_job import Ground

_TARGET = ["target_kind", "target_id"]
_KEYS = ["record_id", *_TARGET]
_SCORED = {"score": pl.Float64, "reason": pl.String}


def suggestions(ground: Ground) -> pl.DataFrame:
    """[record_id, target_kind, target_id, score, reason]: at most MOST of a kind a record."""
    wanted = targets(ground)
    candidates = _candidates(ground, wanted)
    documents = _documents(wanted.join(candidates, on=_TARGET, how="semi"), ground)
    kpis = ground.kpis.filter(~pl.col("is_placebo").fill_null(False)).sort("kpi_id")
    matcher = Matcher(
        kpis.select("kpi_id", "name", "aliases", "category").rows(),
        {
            kind: documents.filter(pl.col("target_kind") == kind)["document"].unique().to_list()
            for kind in KINDS
        },
    )
    records, cases = _cases(ground.records, matcher)
    known = [(case_id, _case(words)) for case_id, *words in cases.rows()]
    return pl.concat(
        [_kpis(records, known, matcher), _named(records, known, candidates, documents, matcher)]
    )


def targets(ground: Ground) -> pl.DataFrame:
    """Key tasks and carriers: [target_kind, target_id, target_name, unit, unit_id, kpi, start_on,
    end_on]."""
    kept = ("target_kind", "target_id", "target_name", "unit", "kpi", "start_on", "end_on")
    tasks = roster.latest(ground.inputs, "key_tasks").with_columns(
        target_kind=pl.lit("key_task"),
        target_id="task_id",
        target_name="name",
        end_on=pl.when(pl.col("status") == "closed").then("due_on"),
    )
    named = pl.col("kind") + " " + pl.col("name").fill_null("")
    carriers = roster.latest(ground.inputs, "carriers").with_columns(
        target_kind=pl.lit("carrier"), target_id="carrier_id", target_name=named
    )
    both = pl.concat([tasks.select(kept), carriers.select(kept)]).collect()
    dated = both.with_columns(month=roster.month("start_on"))
    return roster.with_unit(dated, ground.owners, ground.names)


def _candidates(ground: Ground, wanted: pl.DataFrame) -> pl.DataFrame:
    """[record_id, target_kind, target_id] of a unit that the activity reaches, open on its day."""
    place = ["unit_id", "month"]
    own = ground.records.select(place).drop_nulls().unique()
    party = ground.current.filter(pl.col("tree") == "party")
    through = ground.reach.join(party, on="unit_id", how="semi")
    reached = pl.concat(
        [
            own.with_columns(reached="unit_id"),
            through.select(*place, pl.col("admin_unit_id").alias("reached")),
        ]
    ).unique()
    near = reached.join(
        wanted.select(pl.col("unit_id").alias("reached"), *_TARGET, "start_on", "end_on"),
        on="reached",
    ).unique([*place, *_TARGET])
    day = pl.col("start_at").dt.date()
    return (
        ground.records.lazy()
        .select("record_id", *place, "start_at")
        .join(near.lazy(), on=place)
        .filter(
            (day >= pl.col("start_on")).fill_null(True) & (day <= pl.col("end_on")).fill_null(True)
        )
        .select(_KEYS)
        .collect()
    )


def _documents(wanted: pl.DataFrame, ground: Ground) -> pl.DataFrame:
    """[target_kind, target_id, document]: names of targets without the name of their unit."""
    spelled = ground.spelled.select("unit", "unit_id").unique()
    other = (
        wanted.drop("unit_id")
        .join(spelled, on="unit")
        .join(spelled.rename({"unit": "spelling"}), on="unit_id")
        .filter(pl.col("target_name").str.contains(pl.col("spelling"), literal=True))
        .sort(pl.col("spelling").str.len_chars())
        .unique(_TARGET, keep="last", maintain_order=True)
        .select(*_TARGET, "spelling")
    )
    named = wanted.join(other, on=_TARGET, how="left").select(*_TARGET, "target_name", "spelling")
    bare = [(name.replace(own, "") if own else name) for _, _, name, own in named.rows()]
    return named.select(*_TARGET, pl.Series("document", bare, dtype=pl.String))


def _cases(records: pl.DataFrame, matcher: Matcher) -> tuple[pl.DataFrame, pl.DataFrame]:
    """[record_id, case_id] of records with telling words; [case_id, one list a field]."""
    found = records.select("record_id", *FIELDS)
    for field in FIELDS:
        found = found.join(_telling(found[field], matcher), on=field, how="left").drop(field)
        found = found.rename({"words": field})
    found = found.filter(pl.any_horizontal(pl.col(*FIELDS).is_not_null()))
    cases = found.select(*FIELDS).unique().with_row_index("case_id")
    placed = found.join(cases, on=list(FIELDS), nulls_equal=True)
    return placed.select("record_id", "case_id"), cases


def _telling(column: pl.Series, matcher: Matcher) -> pl.DataFrame:
    """[field, words] of the distinct texts that have telling words; words are joined by spaces."""
    name = column.name
    texts = pl.LazyFrame({name: column.drop_nulls().unique()}).select(
        name, plain=pl.col(name).str.replace_all(DIGITS, " ")
    )
    split = (
        texts.select(pl.col("plain").unique())
        .with_columns(piece=pl.col("plain").str.extract_all(LETTERS))
        .explode("piece")
        .collect()
    )
    words = matcher.words(split["piece"].drop_nulls().unique().to_list())
    rows = [(piece, word) for piece, each in words.items() for word in each]
    listed = pl.DataFrame(rows, schema={"piece": pl.String, "word": pl.String}, orient="row")
    telling = (
        split.lazy()
        .join(listed.lazy(), on="piece")
        .group_by("plain")
        .agg(pl.col("word").unique().sort().str.join(" ").alias("words"))
    )
    return texts.join(telling, on="plain").select(name, "words").collect()


def _case(words: list[str | None]) -> Case:
    return tuple(frozenset((each or "").split()) for each in words)


def _kpis(records: pl.DataFrame, cases: list[tuple[int, Case]], matcher: Matcher) -> pl.DataFrame:
    rows = [
        (case_id, each.key, each.score, each.reason)
        for case_id, case in cases
        for each in matcher.kpis(case)
    ]
    schema = {"case_id": pl.UInt32, "target_id": pl.String, **_SCORED}
    scored = pl.DataFrame(rows, schema=schema, orient="row")
    found = records.join(scored, on="case_id").with_columns(target_kind=pl.lit("kpi"))
    return found.select(*_KEYS, *_SCORED)


def _named(
    records: pl.DataFrame,
    cases: list[tuple[int, Case]],
    candidates: pl.DataFrame,
    documents: pl.DataFrame,
    matcher: Matcher,
) -> pl.DataFrame:
    near = records.join(candidates, on="record_id", how="semi")
    wanted = set(near["case_id"].unique().to_list())
    rows = [
        (case_id, kind, each.key, each.score, each.reason)
        for case_id, case in cases
        if case_id in wanted
        for kind in KINDS
        for each in matcher.fitting(kind, case)
    ]
    names = {"case_id": pl.UInt32, "target_kind": pl.String, "document": pl.String}
    scored = pl.DataFrame(rows, schema={**names, **_SCORED}, orient="row")
    place = _KEYS[:2]
    return (
        candidates.lazy()
        .join(near.lazy(), on="record_id")
        .join(documents.lazy(), on=_TARGET)
        .join(scored.lazy(), on=list(names))
        .filter(pl.col("score") >= NEAR * pl.col("score").max().over(place))
        .sort("score", "target_id", descending=[True, False])
        .group_by(place, maintain_order=True)
        .head(MOST)
        .select(*_KEYS, *_SCORED)
        .collect()
    )
