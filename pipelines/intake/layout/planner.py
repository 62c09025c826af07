"""From a table that was found to the plan of reading it: columns, constants, what is missing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import pairwise

from pipelines.domain.dataset import Dataset, Pivot
from pipelines.domain.fields import Kind
from pipelines.domain.months import month_label, month_of, shift
from pipelines.domain.periods import YEARS, Period, PeriodError, parse_period
from pipelines.errors import FileRefused
from pipelines.intake.choices import Choices, SourceMapping
from pipelines.intake.inspection import ColumnMatch, Option, Question
from pipelines.intake.layout.context import Context
from pipelines.intake.layout.fits import Fit, Region
from pipelines.intake.layout.headers import Lexicon
from pipelines.intake.layout.mapping import Rules, fingerprint, map_headings
from pipelines.intake.layout.meaning import Meaning, value_fields
from pipelines.intake.layout.plans import TablePlan
from pipelines.intake.layout.regions import headings
from pipelines.intake.layout.samples import first_values
from pipelines.intake.source.grid import Cell
from pipelines.reference import PersonalColumn

MONTH = "context:month"
YEAR = "context:year"
TOPIC = "context:kpi"
_MONTHS = 12  # offered when no month is found
_TOPICS = 200


@dataclass(kw_only=True)
class _Draft:
    """What is being found out about one table."""

    region: Region
    fit: Fit
    suffix: str
    columns: tuple[ColumnMatch, ...] = ()
    meanings: list[Meaning] = field(default_factory=list)
    constants: dict[str, Cell] = field(default_factory=dict)
    missing: dict[str, None] = field(default_factory=dict)
    questions: dict[str, Question] = field(default_factory=dict)
    entries: list[tuple[str, str, int]] = field(default_factory=list)

    @property
    def contract(self) -> Dataset:
        return self.fit.contract

    @property
    def context(self) -> Context:
        return self.region.context

    def figures(self, pivot: Pivot) -> list[ColumnMatch]:
        return [each for each in self.columns if each.field in value_fields(pivot)]

    def ask(self, name: str, about: str, text: str, options: Sequence[Option]) -> None:
        """Hold ``about`` back until somebody says."""
        self.missing[about] = None
        asked = name + self.suffix
        sheet = self.region.sheet.name
        where = f"工作表“{sheet}”：" if sheet else ""
        self.questions[asked] = Question(id=asked, text=where + text, options=tuple(options))


@dataclass(frozen=True, kw_only=True)
class Planner:
    """Plans the tables of a file one after the other."""

    lexicon: Lexicon
    choices: Choices
    remembered: Sequence[SourceMapping]
    personal: tuple[PersonalColumn, ...]
    today: date

    def plan(self, region: Region, fit: Fit, before: Sequence[TablePlan]) -> TablePlan:
        """The plan of ``region`` read as ``fit``; ``before``: the tables above it in the file."""
        suffix = f":{len(before) + 1}" if before else ""
        draft = _Draft(region=region, fit=fit, suffix=suffix)
        found = headings(fit.block, first_values(region, fit, frozenset(self.lexicon.units)))
        shape = fingerprint(fit.contract, found)
        draft.meanings = [self.lexicon.path(each.parts, fit.contract) for each in found]
        year = self._year(draft)
        confirmed = self._confirmed(fit.contract, shape)
        rules = Rules(
            lexicon=self.lexicon,
            personal=self.personal,
            year=year,
            chosen=self.choices.columns,
            confirmed=confirmed,
        )
        draft.columns = map_headings(found, fit.contract, rules)
        self._period(draft, year)
        self._topic(draft)
        self._unit(draft)
        self._required(draft)
        measures = region.context.measures
        return TablePlan(
            sheet=region.sheet,
            contract=fit.contract,
            header=(fit.block.first, fit.block.last),
            start=fit.block.last + 1,
            stop=region.stop,
            columns=draft.columns,
            constants=draft.constants,
            weak_measure=measures[0] if len(measures) == 1 and fit.contract.pivot else None,
            context=(*region.context.entries, *draft.entries),
            year=year,
            fingerprint=shape,
            remembered=confirmed is not None,
            missing=tuple(draft.missing),
            questions=tuple(draft.questions.values()),
            titles=region.titles,
            head_rows=fit.block.rows,
            units=frozenset(self.lexicon.units),
        )

    def _answer(self, draft: _Draft, name: str) -> str | None:
        return self.choices.answers.get(name + draft.suffix)

    def _year(self, draft: _Draft) -> int | None:
        answer = self._answer(draft, YEAR)
        if answer is not None and answer.isdecimal() and int(answer) in YEARS:
            draft.entries.append(("年份", f"{int(answer)}年（您的回答）", 0))
            return int(answer)
        written = {each.written_year for each in draft.meanings} - {None}
        return draft.context.year or (written.pop() if len(written) == 1 else None)

    def _confirmed(self, contract: Dataset, shape: str) -> Mapping[str, str] | None:
        found = (
            each.columns
            for each in self.remembered
            if (each.dataset, each.fingerprint) == (contract.name, shape)
        )
        return next(found, None)

    def _period(self, draft: _Draft, year: int | None) -> None:
        """The month of every row, from a column, the headers, the context, or an answer."""
        name = draft.contract.period_field
        if name is None or draft.contract[name].kind is not Kind.MONTH:
            return
        pivot = draft.contract.pivot
        mapped = {each.field for each in draft.columns}
        used = [
            meaning
            for each, meaning in zip(draft.columns, draft.meanings, strict=True)
            if each.field and meaning.period
        ]
        if any(meaning.resolved(year) is None for meaning in used):
            self._ask_year(draft, name, "表头里的月份没有写年份，是哪一年？")
            return
        _refuse_turn_of_year([each for each in used if each.written_year is None], year)
        if name in mapped:
            return
        figures = draft.figures(pivot) if pivot else []
        if figures and all(each.period for each in figures):
            return
        self._constant_month(draft, name, year, figures)

    def _constant_month(
        self, draft: _Draft, name: str, year: int | None, figures: list[ColumnMatch]
    ) -> None:
        answered = self._answered_month(draft)
        if answered is not None:
            draft.constants[name] = answered
            draft.entries.append(("月份", f"{month_label(answered)}（您的回答）", 0))
            return
        months = {str(each.period)[-7:] for each in figures if each.period and each.cumulative}
        if not months and draft.context.period is None:
            months = {each.period for each in figures if each.period}
        period = draft.context.month(year)
        if period is None and draft.context.period is not None:
            self._ask_year(draft, name, f"只写了“{draft.context.period}”，是哪一年？")
        elif period is not None and months - {period.last}:
            options = [_month_option(each) for each in sorted({*months, period.last})]
            text = "标题写的月份与表头里累计到的月份不一致，这张表是哪个月的？"
            self._ask_month(draft, name, text, options)
        elif period is not None:
            draft.constants[name] = self._said(draft, period)
        elif len(months) == 1:
            draft.constants[name] = month = months.pop()
            row = draft.fit.block.first + 1
            draft.entries.append(("月份", f"{_period_text(month)}（表头）", row))
        elif draft.contract[name].required:
            last = month_of(self.today)
            options = [_month_option(shift(last, -back)) for back in range(_MONTHS)]
            text = "没有找到月份：列、标题、工作表名和文件名里都没有。这张表是哪个月的？"
            self._ask_month(draft, name, text, options)

    def _said(self, draft: _Draft, period: Period) -> str:
        """The month that a title means: 1—3月 beside 本月 and 累计 columns is March."""
        pivot = draft.contract.pivot
        if pivot is None:
            return period.last
        marked = any(each.current or each.cumulative for each in draft.meanings)
        if period.months > 1 and not marked and not draft.context.cumulative:
            return str(period)
        if draft.context.cumulative and not marked:
            draft.columns = tuple(_to_date(each, pivot, draft.contract) for each in draft.columns)
        return period.last

    def _answered_month(self, draft: _Draft) -> str | None:
        answer = self._answer(draft, MONTH)
        if answer is None:
            return None
        try:
            period = parse_period(answer)
        except PeriodError:
            return None
        return period.last if period and period.months == 1 else None

    def _ask_month(self, draft: _Draft, about: str, text: str, options: Sequence[Option]) -> None:
        draft.ask(MONTH, about, text, options)

    def _ask_year(self, draft: _Draft, about: str, text: str) -> None:
        this = self.today.year
        years = [Option(value=str(each), label=f"{each}年") for each in (this, this - 1, this - 2)]
        draft.ask(YEAR, about, text, years)

    def _topic(self, draft: _Draft) -> None:
        """The KPI of every figure, from a column, the headers, the title, or an answer."""
        pivot = draft.contract.pivot
        if pivot is None or any(each.field == pivot.topic for each in draft.columns):
            return
        figures = draft.figures(pivot)
        if figures and all(each.topic for each in figures):
            return
        answer = self._answer(draft, TOPIC)
        topic = answer or draft.context.kpi
        if topic:
            draft.constants[pivot.topic] = topic
            if answer:
                draft.entries.append(("指标", f"{answer}（您的回答）", 0))
            return
        names = list(self.lexicon.kpis.values())[:_TOPICS]
        if figures and names:
            options = [Option(value=each, label=each) for each in names]
            text = "没有找到指标名：列、表头和标题里都没有。这些数是哪个指标的？"
            draft.ask(TOPIC, pivot.topic, text, options)

    def _unit(self, draft: _Draft) -> None:
        name = draft.contract.unit_field
        if name is None or draft.context.unit is None or not draft.contract[name].required:
            return
        if draft.contract[name].kind is Kind.UNIT and all(
            each.field != name for each in draft.columns
        ):
            draft.constants[name] = draft.context.unit

    def _required(self, draft: _Draft) -> None:
        given = {*draft.constants, *(each.field for each in draft.columns)}
        pivot = draft.contract.pivot
        figures = draft.figures(pivot) if pivot else []
        if figures and all(each.topic for each in figures):
            given.add(pivot.topic)
        if figures and all(each.period for each in figures):
            given.add(draft.contract.period_field)
        draft.missing |= {name: None for name in draft.contract.required if name not in given}
        if pivot and not figures:
            draft.missing[pivot.value] = None


def _refuse_turn_of_year(headers: Sequence[Meaning], year: int | None) -> None:
    """11月, 12月, 1月 side by side without years are of two years: no single year can be meant.

    The months of the next group, another figure or another topic, begin anew.
    """
    dated = [(replace(each, period=None), str(each.resolved(year))) for each in headers]
    for (group, before), (next_group, after) in pairwise(dated):
        if group == next_group and before.endswith("-12") and after[5:7] == "01":
            raise FileRefused(
                f"表头的月份从 12 月接到 1 月，跨了年却没有写年份（按 {year} 年会读成同一年）。"
                "请在表头写明年份，如“2025年12月”“2026年1月”后再上传"
            )


def _to_date(match: ColumnMatch, pivot: Pivot, contract: Dataset) -> ColumnMatch:
    """A plain figure below a title that says 累计."""
    name = pivot.cumulative.get(str(match.field))
    if name is None:
        return match
    label = contract[name].label
    return replace(
        match, field=name, label=label, cumulative=True, how=f"标题写明累计，读作“{label}”"
    )


def _period_text(written: str) -> str:
    period = parse_period(written)
    return period.label if period else written


def _month_option(month: str) -> Option:
    return Option(value=month, label=_period_text(month))
