"""What the records say: titles, keywords, agendas and results, a few of them copied."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from pipelines.simulate.columns import joined, numbered, taken
from pipelines.simulate.counts import TYPES
from pipelines.simulate.model import Plan
from pipelines.simulate.words import ACTIONS, OPENERS, RESULTS, TOPICS

COPY_SHARE = 0.03
RESULT_SHARE = 0.45
KEYWORD_SHARE = 0.75
DETAILS = len(TOPICS[0][2])


@dataclass(frozen=True, kw_only=True)
class Phrases:
    """Text columns in the order of the records. ``copies[i]`` repeats the agenda of
    ``sources[i]`` but for one number; a source is never a copy itself. ``topic``: positions in
    TOPICS."""

    title: pa.Array
    keywords: pa.Array
    agenda: pa.Array
    result: pa.Array
    copies: np.ndarray
    sources: np.ndarray
    topic: np.ndarray


def _copied(
    rng: np.random.Generator, branch: np.ndarray, kind: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Records that repeat the record of the same branch and type before them."""
    order = np.lexsort((np.arange(branch.size), kind, branch))
    same = (np.diff(branch[order]) == 0) & (np.diff(kind[order]) == 0)
    chosen = np.append(False, same & (rng.random(same.size) < COPY_SHARE))
    chosen[1:] &= ~chosen[:-1]
    place = np.flatnonzero(chosen)
    return order[place], order[place - 1]


def _titles(topic: np.ndarray, kind: np.ndarray, start: np.ndarray) -> pa.Array:
    """One pool of month × type × topic, so that a million titles share a thousand texts."""
    pool = [
        f"{month}月{name}（{subject}）"
        for month in range(1, 13)
        for name in TYPES
        for subject, _, _ in TOPICS
    ]
    month = start.astype("datetime64[M]").astype(np.int64) % 12
    return taken(pool, (month * len(TYPES) + kind) * len(TOPICS) + topic)


def build_phrases(plan: Plan, branch: np.ndarray, kind: np.ndarray, start: np.ndarray) -> Phrases:
    """Texts for records given by arrays of branch, type and true start."""
    rng, size = plan.rng("phrases"), branch.size
    topic = rng.integers(0, len(TOPICS), size)
    parts = [rng.integers(0, count, size) for count in (len(OPENERS), DETAILS, len(ACTIONS))]
    copies, sources = _copied(rng, branch, kind)
    for part in (topic, *parts):
        part[copies] = part[sources]
    items = rng.integers(2, 60, size)
    items[copies] = items[sources] + rng.integers(1, 9, copies.size)
    opener, detail, action = parts
    details = [f"{subject}：{each}" for subject, _, six in TOPICS for each in six]
    agenda = joined(
        taken(OPENERS, opener),
        taken(details, topic * DETAILS + detail),
        numbered("", items, 1),
        "项；",
        taken(ACTIONS, action),
    )
    chosen = rng.random((2, size))
    return Phrases(
        title=_titles(topic, kind, start),
        keywords=taken([each[1] for each in TOPICS], topic, keep=chosen[0] < KEYWORD_SHARE),
        agenda=agenda,
        result=taken(RESULTS, rng.integers(0, len(RESULTS), size), keep=chosen[1] < RESULT_SHARE),
        copies=copies,
        sources=sources,
        topic=topic,
    )
