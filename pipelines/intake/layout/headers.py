"""What header cells say: fields, periods, KPIs, units of measure, words such as 累计 and 同比."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date

from pipelines.domain.dataset import Dataset, Pivot
from pipelines.domain.periods import arabic
from pipelines.intake.cells.quantities import find_measure
from pipelines.intake.choices import Names
from pipelines.intake.layout.meaning import Meaning, together, value_fields
from pipelines.intake.layout.words import (
    BRACKETS,
    COMPUTED,
    CUMULATIVE,
    CURRENT,
    FILLER,
    PERIOD,
    PREVIOUS,
    SERIAL,
    UNIT_PREFIX,
    YEAR,
)
from pipelines.intake.source.grid import Cell
from pipelines.reference import fold

_REMEMBERED_TEXTS = 50_000
_LONGEST_HEADER = 40


def header_cell(cell: Cell) -> str:
    """A header cell as shown: one line, a first of the month as a month, a whole number bare."""
    if cell is None or isinstance(cell, bool):
        return ""
    if isinstance(cell, date):
        return f"{cell.year}年{cell.month}月" if cell.day == 1 else f"{cell:%Y-%m-%d}"
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return " ".join(str(cell).split())


def bare(text: str) -> str:
    """A header as compared: folded and without brackets, unless nothing else is left."""
    return fold(BRACKETS.sub("", text)) or fold(text)


def spellings(contract: Dataset) -> dict[str, tuple[str, int]]:
    """Folded spelling → (field, preference); a smaller preference is the better spelling."""
    found: dict[str, tuple[str, int]] = {}
    for field in contract.fields:
        for rank, spelling in enumerate(field.spellings):
            found.setdefault(fold(spelling), (field.name, rank))
    return found


class Lexicon:
    """The words of headers: spellings of ``contracts`` and the organisation's names."""

    def __init__(self, contracts: Iterable[Dataset], names: Names) -> None:
        self.fields = {each.name: spellings(each) for each in contracts}
        self.kpis = {fold(each): each for each in names.kpis}
        self.units = {fold(each): each for each in names.units}
        self._spelled = frozenset().union(*self.fields.values())
        self._measures = {fold(each) for each in names.kpis.values() if each}
        self._kpi = _alternatives(self.kpis)
        self._parts: dict[tuple[str, str], Meaning] = {}
        self._known: dict[str, bool] = {}
        self._opening: dict[str, bool] = {}

    def is_measure(self, text: str) -> bool:
        """Whether ``text`` is a unit of measure such as 万元 or %."""
        folded = fold(text)
        if folded in self._measures or find_measure(folded) is not None:
            return True
        whole, _, share = folded.partition("/")  # 元/吨
        return bool(share) and find_measure(whole) is not None

    def known(self, text: str) -> bool:
        """Whether a cell is a word of headers, for any dataset; units of measure are not."""
        found = self._known.get(text)
        if found is None:
            found = len(text) <= _LONGEST_HEADER and self._is_word(text)
            if len(self._known) < _REMEMBERED_TEXTS:
                self._known[text] = found
        return found

    def opens(self, text: str) -> bool:
        """Whether a later header may begin with it: a field, 序号, 本月; not what data hold too."""
        if text.isascii():
            return text.casefold() in self._spelled
        found = self._opening.get(text)
        if found is None:
            name = bare(text)
            said = None if name in self.kpis else self._words(name, {}, None)
            found = name in self._spelled or SERIAL.fullmatch(name) is not None
            found = found or (said is not None and not (said.period or said.topic or said.year))
            if len(self._opening) < _REMEMBERED_TEXTS:
                self._opening[text] = found
        return found

    def _is_word(self, text: str) -> bool:
        name = bare(text)
        if name in self._spelled or name in self.kpis or SERIAL.fullmatch(name):
            return True
        return bool(name) and bool(
            COMPUTED.fullmatch(name) or self._words(name, {}, None) is not None
        )

    def part(self, text: str, contract: Dataset) -> Meaning:
        """One header cell as ``contract`` reads it."""
        key = (contract.name, text)
        if key not in self._parts:
            self._parts[key] = self._read(text, contract)
        return self._parts[key]

    def path(self, parts: Sequence[str], contract: Dataset) -> Meaning:
        """A group header and the columns below it, read together."""
        read = [self.part(each, contract) for each in parts]
        if not read:
            return Meaning()
        if contract.pivot is None:
            whole = self.part("".join(parts), contract)
            return whole if whole.field else read[-1]
        if read[-1].unknown and len(read) > 1:
            whole = self.part("".join(parts), contract)  # 指标 above 名称
            if whole.unknown is None:
                return whole
        return together(read, contract.pivot)

    def _read(self, text: str, contract: Dataset) -> Meaning:
        known = self.fields[contract.name]
        name = bare(text)
        inner = [each for each in BRACKETS.findall(text) if fold(each)]
        measures = [UNIT_PREFIX.sub("", each.strip()) or each for each in inner]
        measure = next((each for each in measures if self.is_measure(each)), None)
        if SERIAL.fullmatch(name):
            return Meaning(serial=True)
        if contract.pivot is None:
            field, rank = known.get(name, (None, 9))
            return Meaning(field=field, rank=rank, measure=measure, unknown=None if field else text)
        found = self._figures(name, known, contract.pivot)
        if found.unknown is None:
            for each in inner:  # 实际（1—3月）, 营业收入（累计）
                found = self._with_bracket(found, each, known, contract.pivot)
        unknown = BRACKETS.sub("", text).strip() or text if found.unknown else None
        return replace(found, measure=measure, unknown=unknown)

    def _with_bracket(
        self, found: Meaning, text: str, known: dict[str, tuple[str, int]], pivot: Pivot
    ) -> Meaning:
        said = self._words(fold(text), known, pivot)
        if said is None or said.field or said.topic:
            return found
        return replace(
            found,
            period=said.period or found.period,
            year=said.year or found.year,
            current=found.current or said.current,
            cumulative=found.cumulative or said.cumulative,
            previous=found.previous or said.previous,
        )

    def _figures(self, name: str, known: dict[str, tuple[str, int]], pivot: Pivot) -> Meaning:
        if name in self.kpis:
            return Meaning(topic=self.kpis[name])
        field, rank = known.get(name, (None, 9))
        if field is None and COMPUTED.fullmatch(name):
            return Meaning(computed=True)
        if field is not None and field not in value_fields(pivot):
            return Meaning(field=field, rank=rank)
        words = self._words(name, known, pivot)
        if words is not None:
            return replace(words, rank=rank) if field else words
        if field is None:
            return Meaning(unknown=name)
        base = {ytd: own for own, ytd in pivot.cumulative.items()}.get(field)
        return Meaning(field=base or field, rank=rank, cumulative=base is not None)

    def _words(
        self, name: str, known: dict[str, tuple[str, int]], pivot: Pivot | None
    ) -> Meaning | None:
        """Words put together (3月累计计划, 营业收入本月实际); None when something is left over."""
        figures = {} if pivot is None else _figure_words(known, pivot)
        pattern = _alternatives(figures)
        found = Meaning()
        rest = arabic(name)
        while rest:
            if rest in self.kpis:
                return replace(found, topic=self.kpis[rest])
            if COMPUTED.fullmatch(rest):
                return replace(found, computed=True)
            step = self._step(rest, found, figures, pattern)
            if step is None:
                return None
            length, found = step
            rest = rest[length:]
        return found if found.positioned or found.field or found.year else None

    def _step(
        self, rest: str, found: Meaning, figures: dict[str, str], pattern: re.Pattern[str] | None
    ) -> tuple[int, Meaning] | None:
        """The first word of ``rest``: its length, and ``found`` with what it says."""
        for words, name in (
            (CUMULATIVE, "cumulative"),
            (PREVIOUS, "previous"),
            (CURRENT, "current"),
        ):
            if match := words.match(rest):
                return match.end(), replace(found, **{name: True})
        if match := PERIOD.match(rest):
            return match.end(), replace(found, period=match[0].replace("年度", "全年"))
        if match := YEAR.match(rest):
            return match.end(), replace(found, year=int(match[1]))
        if self._kpi and (match := self._kpi.match(rest)):
            return match.end(), replace(found, topic=self.kpis[match[0]])
        if pattern and (match := pattern.match(rest)):
            return match.end(), replace(found, field=figures[match[0]])
        if match := FILLER.match(rest):
            return match.end(), found
        return None


def _figure_words(known: dict[str, tuple[str, int]], pivot: Pivot) -> dict[str, str]:
    """Spellings of the plain figures (实际, 计划), which words such as 累计 then turn."""
    return {each: field for each, (field, _) in known.items() if field in pivot.cumulative}


def _alternatives(texts: Iterable[str]) -> re.Pattern[str] | None:
    ordered = sorted((each for each in texts if len(each) > 1), key=len, reverse=True)
    return re.compile("|".join(map(re.escape, ordered))) if ordered else None
