"""Words of Chinese text, and the list of terms that an organisation keeps."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, cached_property
from typing import TYPE_CHECKING

from pipelines.reference import fold
from pipelines.settings import REFERENCE

if TYPE_CHECKING:
    import rjieba

LINK_TERMS = REFERENCE / "link_terms.csv"
PHRASE = 4  # characters
SHORTEST = 2  # characters; a single one means too many things


@dataclass(frozen=True, kw_only=True)
class LinkTerms:
    """``targets``: term → names, aliases or categories of KPIs that it stands for, folded.

    ``stop``: terms that stand for nothing. ``text``: the file, which identifies a build.
    """

    targets: dict[str, tuple[str, ...]]
    stop: frozenset[str]
    text: str

    @property
    def phrases(self) -> frozenset[str]:
        """Stop terms that are long enough to hold words of their own."""
        return frozenset(each for each in self.stop if len(each) >= PHRASE)


@cache
def link_terms() -> LinkTerms:
    """The list in data/reference, read once."""
    text = LINK_TERMS.read_text(encoding="utf-8")
    targets, stop = {}, set()
    for row in csv.DictReader(text.splitlines()):
        named = tuple(fold(each) for each in row["targets"].split("|") if each)
        if named:
            targets[fold(row["term"])] = named
        else:
            stop.add(fold(row["term"]))
    return LinkTerms(targets=targets, stop=frozenset(stop), text=text)


class Segmenter:
    """Cuts text into the words of the general dictionary and those ``known`` besides.

    Longer words are given with the words inside them, as a search engine has them.
    """

    def __init__(self, known: Iterable[str]) -> None:
        self._known = sorted(known)

    @cached_property
    def _cutter(self) -> rjieba.Jieba:
        """5 MB of dictionary, read when there is a text to cut."""
        import rjieba

        cutter = rjieba.Jieba()
        for each in self._known:
            cutter.add_word(each, None, None)
        return cutter

    def words(self, text: str) -> frozenset[str]:
        """Distinct words of two characters or more, folded; no numbers."""
        cut = self._cutter.cut_for_search(fold(text))
        return frozenset(each for each in cut if len(each) >= SHORTEST and each.isalpha())

    def words_outside(self, text: str, phrases: frozenset[str]) -> frozenset[str]:
        """The words of a text that stand in it outside of ``phrases``: 志愿服务 hides its 服务."""
        rest = fold(text)
        for phrase in sorted(phrases):
            rest = rest.replace(phrase, " ")
        return frozenset(each for each in self.words(text) if each in rest)
