"""What activities can be linked to, as documents of weighted terms."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from pipelines.links.words import LinkTerms, Segmenter
from pipelines.reference import fold

MEASURED = "率量数额值"  # what the name of a KPI ends with
NAME, LISTED, CATEGORY = 1.0, 1.0, 0.5  # weight of a word by where the target has it from


@dataclass(frozen=True, kw_only=True)
class Term:
    """How much a word says about a target (0–1), and why: 名称, 别名, 分类, 对照词."""

    weight: float
    why: str


@dataclass(frozen=True, kw_only=True)
class Document:
    """A target: ``key`` identifies it, ``label`` is shown, ``terms`` by word."""

    key: str
    label: str
    terms: Mapping[str, Term]


def kpi_documents(
    kpis: Iterable[tuple[str, str, str | None, str | None]], cut: Segmenter, listed: LinkTerms
) -> list[Document]:
    """Documents of KPIs given as id, name, aliases, category; the id is the key."""
    return [_kpi(each, cut, listed) for each in kpis]


def _kpi(
    kpi: tuple[str, str, str | None, str | None], cut: Segmenter, listed: LinkTerms
) -> Document:
    key, name, aliases, category = kpi
    spelled = [fold(each) for each in split_names(aliases)]
    names = {fold(name), *spelled}
    terms: dict[str, Term] = {}
    _add(terms, cut.words(category or ""), Term(weight=CATEGORY, why=f"分类“{category}”"))
    for term, targets in listed.targets.items():
        if names & set(targets):
            terms[term] = Term(weight=LISTED, why="对照词")
        elif category and fold(category) in targets:
            _add(terms, {term}, Term(weight=CATEGORY, why=f"分类“{category}”的对照词"))
    for alias in spelled:
        _add(terms, _words(alias, cut), Term(weight=NAME, why="别名"))
    _add(terms, _words(name, cut), Term(weight=NAME, why="名称"))
    kept = {word: term for word, term in terms.items() if word not in listed.stop}
    return Document(key=key, label=name, terms=kept)


def _words(name: str, cut: Segmenter) -> frozenset[str]:
    """Words of a name with and without its ending: of 管网漏损率 (管网, 损率) too 漏损."""
    return cut.words(name) | cut.words(name.rstrip(MEASURED))


def name_documents(names: Iterable[str], cut: Segmenter, listed: LinkTerms) -> list[Document]:
    """Documents of distinct names of tasks or carriers; the name is the key."""
    found = []
    for name in sorted(set(names)):
        words = cut.words(name) - listed.stop
        terms = dict.fromkeys(words, Term(weight=NAME, why="名称"))
        found.append(Document(key=name, label=name, terms=terms))
    return found


def split_names(text: str | None) -> list[str]:
    """Names written in one cell, e.g. 采油一厂、第一采油."""
    flat = text or ""
    for mark in ",;，；|":
        flat = flat.replace(mark, "、")
    return [each.strip() for each in flat.split("、") if each.strip()]


def _add(terms: dict[str, Term], words: Iterable[str], term: Term) -> None:
    """A word keeps the larger of its weights; of equal ones the later, which is nearer."""
    for word in words:
        if word not in terms or terms[word].weight <= term.weight:
            terms[word] = term
