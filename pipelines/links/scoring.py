"""How well the words of an activity fit a target: BM25 over fields, brought to 0–1.

A word counts more the fewer targets have it, and more in the keywords than in the title than in
the agenda; the same word in several fields is worth less than different words.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pipelines.links.targets import Document

FIELDS = {"keywords": ("关键词", 3.0), "title": ("标题", 2.0), "agenda": ("议程", 1.0)}
SATURATION = 2.0  # the field weight at which a word is worth half of what it can be
HALF = 0.5  # the sum at which the score is one half
FLOOR = 0.42  # a word of two targets in the title passes, a word in the agenda alone does not
NEAR = 0.6  # share of the best score of the same activity and kind that a target must reach
MOST = 3  # targets of one kind for one activity

Words = Mapping[str, frozenset[str]]  # by field


@dataclass(frozen=True, kw_only=True)
class Scored:
    """A target that fits: ``score`` FLOOR–1, ``reason`` in Chinese."""

    key: str
    score: float
    reason: str


class Index:
    """Documents by word."""

    def __init__(self, documents: Sequence[Document]) -> None:
        self._documents = documents
        self._having: dict[str, list[int]] = defaultdict(list)
        for at, each in enumerate(documents):
            for word in each.terms:
                self._having[word].append(at)

    @property
    def words(self) -> frozenset[str]:
        """All words that say anything about a document."""
        return frozenset(self._having)

    def rarity(self, word: str) -> float:
        """0–1: inverse document frequency over that of a word that one document has."""
        size, having = len(self._documents), len(self._having[word])
        most = math.log(1 + (size - 0.5) / 1.5)
        return math.log(1 + (size - having + 0.5) / (having + 0.5)) / most

    def fitting(self, words: Words) -> list[Scored]:
        """Documents that reach FLOOR, best first."""
        candidates = {
            at for found in words.values() for word in found for at in self._having.get(word, ())
        }
        scored = [self._score(self._documents[at], words) for at in sorted(candidates)]
        passed = [each for each in scored if each.score >= FLOOR]
        return sorted(passed, key=lambda each: (-each.score, each.key))

    def _score(self, document: Document, words: Words) -> Scored:
        shared = {
            name: _longest(words.get(name, frozenset()) & document.terms.keys()) for name in FIELDS
        }
        heads = _longest(frozenset().union(*shared.values()))
        parts = [self._part(document, head, shared) for head in heads]
        parts.sort(key=lambda each: (-each[0], each[1]))
        total = sum(worth for worth, _ in parts)
        return Scored(
            key=document.key,
            score=round(total / (total + HALF), 3),
            reason="；".join(text for _, text in parts[:3]),
        )

    def _part(self, document: Document, head: str, shared: Words) -> tuple[float, str]:
        """What a word adds, with the fields that have it or a shorter word inside it."""
        found: dict[str, list[str]] = defaultdict(list)
        for name, having in shared.items():
            for word in sorted(each for each in having if each in head):
                found[word].append(name)
        weight = sum(FIELDS[name][1] for name in {n for names in found.values() for n in names})
        term = document.terms[head]
        told = [
            f"{'、'.join(FIELDS[name][0] for name in names)}含“{word}”"
            for word, names in sorted(found.items())
        ]
        worth = term.weight * self.rarity(head) * weight / (weight + SATURATION)
        return worth, f"{'，'.join(told)}（{term.why}）"


def suggested(fitting: Sequence[Scored]) -> Sequence[Scored]:
    """What of the documents that fit, best first, is suggested: near the best one, MOST at most."""
    return [each for each in fitting[:MOST] if each.score >= NEAR * fitting[0].score]


def _longest(words: frozenset[str]) -> frozenset[str]:
    """Words that are no part of another one, so that 节能 does not count beside 节能降耗."""
    return frozenset(
        each for each in words if not any(each in other and each != other for other in words)
    )
