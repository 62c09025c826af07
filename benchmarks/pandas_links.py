"""Suggested links of activities in pandas."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from benchmarks import pandas_units as roster
from benchmarks.inputs import DIGITS, NOT_LETTERS
from benchmarks.texts import KINDS, NOTHING, Case, Matcher
from pipelines.links.scoring import FIELDS, MOST, NEAR

if TYPE_CHECKING:
    from benchmarks.pandas_job import Ground

_KEYS = ["row", "target_kind", "target_id"]
_SCORED = ["score", "reason"]


def suggestions(ground: Ground) -> pd.DataFrame:
    """[row, record_id, target_kind, target_id, score, reason]: at most MOST of a kind a record.

    ``row`` is the position in the records: numbers join and group faster than texts.
    """
    wanted = targets(ground)
    candidates = _candidates(ground, wanted)
    documents = _documents(wanted[wanted["target_id"].isin(candidates["target_id"])], ground)
    names = {kind: documents.loc[documents["target_kind"] == kind, "document"] for kind in KINDS}
    kpis = ground.kpis[~ground.kpis["is_placebo"].eq(True)].sort_values("kpi_id")
    listed = kpis[["kpi_id", "name", "aliases", "category"]].astype(object)
    matcher = Matcher(
        list(listed.where(listed.notna(), None).itertuples(index=False, name=None)),
        {kind: sorted(set(each)) for kind, each in names.items()},
    )
    records, cases = _cases(ground.records, matcher)
    found = pd.concat(
        [_kpis(records, cases, matcher), _named(records, cases, candidates, documents, matcher)],
        ignore_index=True,
    )
    return found.assign(record_id=ground.records["record_id"].take(found["row"]).to_numpy())


def targets(ground: Ground) -> pd.DataFrame:
    """Key tasks and carriers: [target_kind, target_id, target_name, unit, unit_id, kpi, start_on,
    end_on]."""
    tasks = roster.latest(ground.inputs, "key_tasks")
    tasks = tasks.assign(
        target_kind="key_task",
        target_id=tasks["task_id"],
        target_name=tasks["name"],
        end_on=tasks["due_on"].where(tasks["status"] == "closed"),
    )
    carriers = roster.latest(ground.inputs, "carriers")
    carriers = carriers.assign(
        target_kind="carrier",
        target_id=carriers["carrier_id"],
        target_name=carriers["kind"] + " " + carriers["name"].fillna(""),
    )
    kept = [*_KEYS[1:], "target_name", "unit", "kpi", "start_on", "end_on"]
    both = pd.concat([tasks[kept], carriers[kept]], ignore_index=True)
    both["start_on"], both["end_on"] = (roster.dates(both[n]) for n in ("start_on", "end_on"))
    both["month"] = roster.month(both["start_on"])
    return both.assign(unit_id=roster.unit_of(both, ground.owners, ground.names))


def _candidates(ground: Ground, wanted: pd.DataFrame) -> pd.DataFrame:
    """[row, target_kind, target_id] of a unit that the activity reaches, open on its day."""
    own = ground.records[["unit_id", "month"]].dropna().drop_duplicates()
    party = set(ground.current.loc[ground.current["tree"] == "party", "unit_id"])
    through = ground.reach[ground.reach["unit_id"].isin(party)]
    reached = pd.concat(
        [
            own.assign(reached=own["unit_id"]),
            through[["unit_id", "month"]].assign(reached=through["admin_unit_id"]),
        ]
    ).drop_duplicates()
    open_ones = wanted.drop(columns="month").rename(columns={"unit_id": "reached"})
    near = reached.merge(open_ones.dropna(subset="reached"), on="reached")
    near = near.drop_duplicates(["unit_id", "month", *_KEYS[1:]])
    records = ground.records[["row", "unit_id", "month", "start_at"]]
    found = records.merge(
        near[["unit_id", "month", *_KEYS[1:], "start_on", "end_on"]], on=["unit_id", "month"]
    )
    day = found["start_at"].dt.normalize()
    started = found["start_on"].isna() | (day >= found["start_on"])
    return found.loc[started & (found["end_on"].isna() | (day <= found["end_on"])), _KEYS]


def _documents(wanted: pd.DataFrame, ground: Ground) -> pd.DataFrame:
    """[target_kind, target_id, document]: names of targets without the name of their unit."""
    spelled = ground.spelled[["unit", "unit_id"]].drop_duplicates()
    mine = wanted.merge(spelled, on="unit", suffixes=("_", ""))
    other = mine[[*_KEYS[1:], "unit_id"]].merge(
        spelled.rename(columns={"unit": "spelling"}), on="unit_id"
    )
    by_target = other.groupby(_KEYS[1:])["spelling"].agg(list).to_dict()
    told = []
    for kind, target, name in wanted[[*_KEYS[1:], "target_name"]].itertuples(index=False):
        within = [each for each in by_target.get((kind, target), ()) if each in name]
        told.append(name.replace(max(within, key=len), "") if within else name)
    return wanted[_KEYS[1:]].assign(document=told)


def _cases(records: pd.DataFrame, matcher: Matcher) -> tuple[pd.DataFrame, list[Case]]:
    """[row, case_id] of records with telling words, and the words of each case."""
    known: list[list[frozenset[str]]] = []
    codes = np.zeros(len(records), dtype=np.int64)
    for field in FIELDS:
        sets, code = _telling(records[field].cat, matcher)
        codes = codes * (len(sets) + 1) + code + 1
        known.append(sets)
    case_of, distinct = pd.factorize(codes)
    cases: list[Case] = []
    for number in distinct:
        words = []
        for sets in reversed(known):
            number, code = divmod(int(number), len(sets) + 1)
            words.append(sets[code - 1] if code else NOTHING)
        cases.append(tuple(reversed(words)))
    telling = np.array([any(each) for each in cases])[case_of]
    return pd.DataFrame({"row": records["row"], "case_id": case_of})[telling], cases


def _telling(column: pd.Series, matcher: Matcher) -> tuple[list[frozenset[str]], np.ndarray]:
    """Distinct sets of telling words of a categorical column, and the set of each row, -1: none."""
    plain = pc.replace_substring_regex(
        pa.array(column.categories, pa.large_string()), DIGITS, replacement=" "
    )
    texts = pc.dictionary_encode(plain)
    pieces = pc.split_pattern_regex(texts.dictionary, NOT_LETTERS)
    words = matcher.words(pc.unique(pieces.flatten()).to_pylist())
    sets: dict[frozenset[str], int] = {}
    of_text = np.fromiter(
        (
            sets.setdefault(found, len(sets)) if found else -1
            for found in (
                frozenset(word for piece in each for word in words.get(piece, ()))
                for each in pieces.to_pylist()
            )
        ),
        dtype=np.int64,
        count=len(pieces),
    )
    of_category = np.append(of_text[texts.indices.to_numpy(zero_copy_only=False)], -1)
    return list(sets), of_category[column.codes.to_numpy()]


def _kpis(records: pd.DataFrame, cases: list[Case], matcher: Matcher) -> pd.DataFrame:
    rows = [
        (case_id, each.key, each.score, each.reason)
        for case_id in records["case_id"].unique().tolist()
        for each in matcher.kpis(cases[case_id])
    ]
    scored = pd.DataFrame(rows, columns=["case_id", "target_id", *_SCORED])
    return records.merge(scored, on="case_id").assign(target_kind="kpi")[[*_KEYS, *_SCORED]]


def _named(
    records: pd.DataFrame,
    cases: list[Case],
    candidates: pd.DataFrame,
    documents: pd.DataFrame,
    matcher: Matcher,
) -> pd.DataFrame:
    near = records[records["row"].isin(candidates["row"])]
    rows = [
        (case_id, kind, each.key, each.score, each.reason)
        for case_id in near["case_id"].unique().tolist()
        for kind in KINDS
        for each in matcher.fitting(kind, cases[case_id])
    ]
    scored = pd.DataFrame(rows, columns=["case_id", "target_kind", "document", *_SCORED])
    found = (
        candidates.merge(near, on="row")
        .merge(documents, on=_KEYS[1:])
        .merge(scored, on=["case_id", "target_kind", "document"])
    )
    best = found.groupby(_KEYS[:2])["score"].transform("max")
    found = found[found["score"] >= NEAR * best]
    found = found.sort_values(["score", "target_id"], ascending=[False, True])
    return found[found.groupby(_KEYS[:2]).cumcount() < MOST][[*_KEYS, *_SCORED]]
