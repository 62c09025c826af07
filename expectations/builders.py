"""One function per kind of rule; a line of a suite is a call of one of these."""

from __future__ import annotations

from expectations.rules import (
    Codes,
    Missing,
    MonthStart,
    Rule,
    Today,
    When,
)
from pipelines.domain.dataset import Dataset
from pipelines.domain.fields import Field, Kind
from pipelines.domain.findings import Severity

CRITICAL, WARNING, INFO = Severity.CRITICAL, Severity.WARNING, Severity.INFO


def required(
    dataset: Dataset,
    name: str,
    *,
    severity: Severity = CRITICAL,
    when: When | None = None,
    condition: str = "",
    how: str = "",
) -> Rule:
    """``name`` is filled in; ``condition`` says in Chinese what ``when`` means."""
    label = dataset[name].label
    return Rule(
        id=f"{dataset.name}.{name}.required" + (f"_when_{when.column}" if when else ""),
        label=f"{condition}“{label}”必填"
        if severity is CRITICAL
        else f"{condition}“{label}”应填写",
        expectation="ExpectColumnValuesToNotBeNull",
        columns=(name,),
        severity=severity,
        why=f"{condition}“{label}”为空",
        how=how or f"请填写“{label}”",
        missing=Missing.SOUGHT,
        when=when,
    )


def empty_when(
    dataset: Dataset, name: str, *, when: When, condition: str, how: str, severity: Severity
) -> Rule:
    """``name`` is left empty in the rows that ``when`` selects."""
    label = dataset[name].label
    return Rule(
        id=f"{dataset.name}.{name}.empty_when_{when.column}",
        label=f"{condition}“{label}”应为空",
        expectation="ExpectColumnValuesToBeNull",
        columns=(name,),
        severity=severity,
        why=f"{condition}“{label}”却填了“{{value}}”",
        how=how,
        missing=Missing.SOUGHT,
        when=when,
    )


def within(
    dataset: Dataset,
    column: str,
    *,
    name: str,
    label: str,
    why: str,
    how: str,
    severity: Severity,
    when: When | None = None,
    derived: tuple[MonthStart, ...] = (),
    at: str = "",
    **bounds: float | bool | Today,
) -> Rule:
    """``column`` lies between min_value and max_value (strict_min, strict_max: without them)."""
    return Rule(
        id=f"{dataset.name}.{at or column}.{name}",
        label=label,
        expectation="ExpectColumnValuesToBeBetween",
        columns=(column,),
        arguments=bounds,
        severity=severity,
        why=why,
        how=how,
        when=when,
        derived=derived,
        at=at,
    )


def above_zero(dataset: Dataset, column: str, *, how: str, severity: Severity = WARNING) -> Rule:
    """``column`` is more than 0."""
    label = dataset[column].label
    return within(
        dataset,
        column,
        name="above_zero",
        label=f"“{label}”应大于 0",
        why=f"“{label}”是“{{value}}”，应大于 0",
        how=how,
        severity=severity,
        min_value=0,
        strict_min=True,
    )


def not_in_future(
    dataset: Dataset,
    column: str,
    *,
    days: int = 0,
    severity: Severity = WARNING,
    when: When | None = None,
    how: str = "请核对日期，尤其是年份",
) -> Rule:
    """``column`` is at most ``days`` after today; for months (Kind.MONTH): not after this month."""
    label = dataset[column].label
    monthly = dataset[column].kind is Kind.MONTH
    limit = "本月" if monthly else f"今天起 {days} 天" if days else "今天"
    start = MonthStart(name=f"{column}_start", of=column)
    return within(
        dataset,
        start.name if monthly else column,
        name=f"within_{days}_days" if days else "not_in_future",
        label=f"“{label}”不应晚于{limit}",
        why=f"“{label}”是“{{value}}”，晚于{limit}",
        how=how,
        severity=severity,
        when=when,
        # A timestamp of today is later than today's midnight, so the limit is the next midnight.
        max_value=Today(days=days + _end_of_day(dataset[column])),
        derived=(start,) if monthly else (),
        at=column,
    )


def _end_of_day(each: Field) -> int:
    return 1 if each.kind is Kind.TIMESTAMP else 0


def one_of(
    dataset: Dataset, column: str, codes: Codes | tuple[str, ...], *, name: str, why: str, how: str
) -> Rule:
    """``column`` holds one of ``codes``; anything else holds the row back."""
    return Rule(
        id=f"{dataset.name}.{column}.{name}",
        label=f"“{dataset[column].label}”只用允许的写法",
        expectation="ExpectColumnValuesToBeInSet",
        columns=(column,),
        arguments={"value_set": codes},
        severity=CRITICAL,
        why=why,
        how=how,
    )


def ordered(
    dataset: Dataset,
    later: str,
    earlier: str,
    *,
    severity: Severity = CRITICAL,
    how: str = "请核对两个日期，改正填错的一个",
    words: str = "早于",
    derived: tuple[MonthStart, ...] = (),
) -> Rule:
    """``later`` is not before ``earlier``; rows where one of them is empty are not looked at.

    ``words`` is how the broken order is said in Chinese.
    """
    origins = {each.name: each.of for each in derived}
    last, first = (origins.get(name, name) for name in (later, earlier))
    last_label, first_label = dataset[last].label, dataset[first].label
    return Rule(
        id=f"{dataset.name}.{last}.not_before_{first}",
        label=f"“{last_label}”不{words}“{first_label}”",
        expectation="ExpectColumnPairValuesAToBeGreaterThanB",
        columns=(later, earlier),
        at=last,
        arguments={"or_equal": True},
        severity=severity,
        why=f"“{last_label}”{{{last}}} {words}“{first_label}”{{{first}}}",
        how=how,
        derived=derived,
    )


def at_most(
    dataset: Dataset, small: str, large: str, *, how: str, severity: Severity = CRITICAL
) -> Rule:
    """``small`` is not more than ``large``; rows where one of them is empty are not looked at."""
    first, second = dataset[small].label, dataset[large].label
    return Rule(
        id=f"{dataset.name}.{small}.at_most_{large}",
        label=f"“{first}”不大于“{second}”",
        expectation="ExpectColumnPairValuesAToBeGreaterThanB",
        columns=(large, small),
        at=small,
        arguments={"or_equal": True},
        severity=severity,
        why=f"“{first}”{{{small}}} 大于“{second}”{{{large}}}",
        how=how,
    )


def differs(
    dataset: Dataset, column: str, other: str, *, how: str, severity: Severity = CRITICAL
) -> Rule:
    """``column`` and ``other`` are not the same; rows where one is empty are not looked at."""
    first, second = dataset[column].label, dataset[other].label
    return Rule(
        id=f"{dataset.name}.{column}.differs_from_{other}",
        label=f"“{first}”与“{second}”不同",
        expectation="ExpectSelectColumnValuesToBeUniqueWithinRecord",
        columns=(column, other),
        severity=severity,
        why=f"“{first}”与“{second}”相同，都是“{{value}}”",
        how=how,
    )
