"""Header paths to contract fields, with a reason for each column."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from pipelines.domain.dataset import Dataset
from pipelines.domain.periods import arabic
from pipelines.intake.choices import IGNORED, PATH
from pipelines.intake.inspection import DROPPED, ColumnMatch
from pipelines.intake.layout.headers import Lexicon
from pipelines.intake.layout.meaning import Meaning, value_fields
from pipelines.intake.layout.suggestions import Heading, suggest
from pipelines.intake.layout.words import PERIOD, YEAR
from pipelines.intake.privacy import mask
from pipelines.reference import PersonalColumn, fold

_CHOSEN, _CONFIRMED = "按您的选择", "按已确认的对应"
_SAMPLES = 3
_SAMPLE_LENGTH = 20
_PUT_TOGETHER = 8  # ranks from here on are no spelling of a field


@dataclass(frozen=True, kw_only=True)
class Rules:
    """What mapping goes by, beside the headers themselves.

    ``chosen`` and ``confirmed``: header path → field or IGNORED, of this file and remembered.
    """

    lexicon: Lexicon
    personal: tuple[PersonalColumn, ...] = ()
    year: int | None = None
    chosen: Mapping[str, str] | None = None
    confirmed: Mapping[str, str] | None = None


def normal_path(path: str) -> str:
    """A header path as compared from month to month: folded, with its months and years blanked."""
    return PATH.join(_without_dates(fold(part)) for part in path.split(PATH))


def _without_dates(text: str) -> str:
    return YEAR.sub("#年", PERIOD.sub("#期", arabic(text)))


def fingerprint(contract: Dataset, headings: Iterable[Heading]) -> str:
    """SHA-256 of the dataset and its distinct header paths: the same next month."""
    paths = dict.fromkeys(normal_path(each.text) for each in headings)
    return hashlib.sha256("\n".join([contract.name, *paths]).encode()).hexdigest()


def map_headings(
    headings: Sequence[Heading], contract: Dataset, rules: Rules
) -> tuple[ColumnMatch, ...]:
    """One ColumnMatch per heading, in source order.

    Two headers for one field at one point: the better spelling wins, the other says so.
    """
    read = [(each, *_read(each, contract, rules)) for each in headings]
    matches = _settle(read, contract)
    taken = {each.field for each in matches if each.field}
    return tuple(
        suggest(match, heading, meaning, contract, rules.lexicon, taken)
        for match, (heading, meaning, _) in zip(matches, read, strict=True)
    )


def _read(heading: Heading, contract: Dataset, rules: Rules) -> tuple[Meaning, ColumnMatch]:
    meaning = rules.lexicon.path(heading.parts, contract)
    meaning = _measure_column(heading, meaning, contract, rules.lexicon)
    spelled = meaning.field is not None and meaning.rank < _PUT_TOGETHER
    reason = None if spelled else _personal(heading, rules.personal)
    if reason:
        return meaning, _unused(heading, f"{DROPPED}：{reason}")
    for said, how in ((rules.chosen, _CHOSEN), (rules.confirmed, _CONFIRMED)):
        field = _decided(heading, said)
        if field == IGNORED:
            return meaning, _unused(heading, f"{how}：不使用", meaning)
        if field in contract.names:
            return meaning, _forced(heading, meaning, str(field), how, contract, rules.year)
    if meaning.field is None:
        return meaning, _unused(heading, _why_unused(heading, meaning), meaning)
    label = contract[meaning.field].label
    if len(heading.parts) > 1 or meaning.rank >= _PUT_TOGETHER:
        how = f"按表头读作“{label}”"
    else:
        how = "名称一致" if meaning.rank <= 1 else f"“{label}”的常见写法"
    return meaning, _match(heading, meaning, meaning.field, how, contract, rules.year)


def _measure_column(
    heading: Heading, meaning: Meaning, contract: Dataset, lexicon: Lexicon
) -> Meaning:
    """A 单位 column whose cells are 万元, %, 件 holds units of measure."""
    if contract.pivot is None or meaning.field != contract.unit_field or not heading.values:
        return meaning
    if all(lexicon.is_measure(each) for each in heading.values):
        return replace(meaning, field=contract.pivot.measure, rank=_PUT_TOGETHER)
    return meaning


def _personal(heading: Heading, personal: Iterable[PersonalColumn]) -> str | None:
    text = fold("".join(heading.parts))
    return next((each.reason for each in personal if fold(each.pattern) in text), None)


def _decided(heading: Heading, said: Mapping[str, str] | None) -> str | None:
    if not said:
        return None
    if heading.text in said:
        return said[heading.text]
    normal = normal_path(heading.text)
    found = {field for path, field in said.items() if normal_path(path) == normal}
    return found.pop() if len(found) == 1 else None


def _forced(
    heading: Heading, meaning: Meaning, field: str, how: str, contract: Dataset, year: int | None
) -> ColumnMatch:
    """A figure under a header without any known word stands for the topic it names."""
    pivot = contract.pivot
    if pivot is None or field not in value_fields(pivot):
        return _match(heading, Meaning(measure=meaning.measure), field, how, contract, year)
    if meaning.unknown and meaning.topic is None and heading.parts:
        meaning = replace(meaning, topic=meaning.unknown)
    meaning = replace(meaning, cumulative=field in pivot.cumulative.values())
    return _match(heading, meaning, field, how, contract, year)


def _match(
    heading: Heading, meaning: Meaning, field: str, how: str, contract: Dataset, year: int | None
) -> ColumnMatch:
    period = meaning.resolved(year)
    return ColumnMatch(
        index=heading.index,
        header=heading.text,
        field=field,
        label=contract[field].label,
        how=how,
        period=str(period) if period else None,
        cumulative=meaning.cumulative,
        topic=meaning.topic,
        measure=meaning.measure,
        sample=_sample(heading),
    )


def _unused(heading: Heading, how: str, meaning: Meaning | None = None) -> ColumnMatch:
    return ColumnMatch(
        index=heading.index,
        header=heading.text,
        field=None,
        label=None,
        how=how,
        measure=meaning.measure if meaning else None,
        sample="" if meaning is None else _sample(heading),
    )


def _sample(heading: Heading) -> str:
    return "、".join(mask(each)[:_SAMPLE_LENGTH] for each in heading.values[:_SAMPLES])


def _why_unused(heading: Heading, meaning: Meaning) -> str:
    if not heading.parts:
        return "未使用：没有表头"
    if meaning.serial:
        return "未使用：行的序号"
    if meaning.computed:
        return "未使用：由其他列算出"
    if meaning.unknown is None and meaning.positioned:
        return "未使用：数据约定里没有对应的数据项"
    return "未使用：不在数据约定里"


def _settle(
    read: Sequence[tuple[Heading, Meaning, ColumnMatch]], contract: Dataset
) -> list[ColumnMatch]:
    """One column a field and point; a header that repeats another column gives way."""
    matches = [match for _, _, match in read]
    if contract.pivot is not None:
        ranks = [meaning.rank for _, meaning, _ in read]
        matches = _one_place(matches, ranks, contract)
    best: dict[tuple[str | None, ...], tuple[int, int]] = {}
    for (_, meaning, _), match in zip(read, matches, strict=True):
        if match.field:
            rank = -1 if match.how in (_CHOSEN, _CONFIRMED) else meaning.rank
            key = (match.field, match.period or meaning.period, match.topic)
            best[key] = min(best.get(key, (rank, match.index)), (rank, match.index))
    winners = {index for _, index in best.values()}
    return [
        each
        if each.field is None or each.index in winners
        else _withdrawn(each, f"与另一列同为“{each.label}”")
        for each in matches
    ]


def _one_place(
    matches: list[ColumnMatch], ranks: list[int], contract: Dataset
) -> list[ColumnMatch]:
    pivot = contract.pivot
    fields = {each.field for each in matches}
    dated = any(each.period and not each.cumulative for each in matches if each.field)
    settled = []
    for each, rank in zip(matches, ranks, strict=True):
        if each.topic and pivot.topic in fields:
            decided = each.how in (_CHOSEN, _CONFIRMED)
            if decided or rank == _PUT_TOGETHER or each.field != pivot.value or each.period:
                each = replace(each, topic=None)  # 主要经济指标 above the figures
            else:
                label = contract[pivot.topic].label
                each = _withdrawn(each, f"表里已有“{label}”列")
        if dated and each.field == contract.period_field:
            each = _withdrawn(each, "表头已写明期间")
        settled.append(each)
    return settled


def _withdrawn(match: ColumnMatch, why: str) -> ColumnMatch:
    return replace(
        match,
        field=None,
        label=None,
        how=f"未使用：{why}",
        period=None,
        topic=None,
        cumulative=False,
    )
