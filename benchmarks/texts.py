"""The text library that all engines call alike: words of texts, and scores of words for targets.

Cutting and scoring is plain Python in the product too; the engines differ in how they find the
distinct texts, look their words up, and bring the scores back to the records.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice

from pipelines.links.scoring import FIELDS, MOST, NEAR, Index, Scored
from pipelines.links.targets import kpi_documents, name_documents
from pipelines.links.words import Segmenter, link_terms

Case = tuple[frozenset[str], ...]  # the telling words of keywords, title, agenda
KINDS = ("key_task", "carrier")
NOTHING: frozenset[str] = frozenset()


class Matcher:
    """Targets by kind: KPIs given as (id, name, aliases, category), names of tasks and carriers."""

    def __init__(
        self,
        kpis: list[tuple[str, str, str | None, str | None]],
        names: dict[str, list[str]],
    ) -> None:
        listed = link_terms()
        self._cut = Segmenter({*listed.targets, *listed.stop})
        self._phrases = listed.phrases
        self._indexes = {"kpi": Index(kpi_documents(kpis, self._cut, listed))}
        for kind in KINDS:
            self._indexes[kind] = Index(name_documents(names[kind], self._cut, listed))
        self._telling = frozenset().union(*(each.words for each in self._indexes.values()))

    def words(self, pieces: Iterable[str]) -> dict[str, list[str]]:
        """The telling words of each distinct piece of text that has any."""
        found = {
            piece: sorted(self._cut.words_outside(piece, self._phrases) & self._telling)
            for piece in pieces
            if piece
        }
        return {piece: words for piece, words in found.items() if words}

    def fitting(self, kind: str, case: Case) -> list[Scored]:
        """Targets of a kind that fit, best first."""
        return self._indexes[kind].fitting(dict(zip(FIELDS, case, strict=True)))

    def kpis(self, case: Case) -> list[Scored]:
        """The KPIs to suggest: near the best, at most MOST."""
        found = self.fitting("kpi", case)
        near = (each for each in found if each.score >= NEAR * found[0].score)
        return list(islice(near, MOST))
