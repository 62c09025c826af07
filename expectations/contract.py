"""Rules that follow from a dataset contract alone: nobody has to write them down."""

from __future__ import annotations

from expectations.builders import CRITICAL, one_of, required, within
from expectations.rules import Codes, Rule
from pipelines.domain.dataset import Dataset
from pipelines.domain.fields import Field, Kind


def contract_rules(dataset: Dataset) -> tuple[Rule, ...]:
    """What the contract demands of each row: required cells, limits, codes."""
    rules = [required(dataset, name) for name in _always_filled(dataset)]
    for each in dataset.fields:
        if each.minimum is not None or each.maximum is not None:
            rules.append(_limits(dataset, each))
        if each.kind is Kind.VOCABULARY:
            rules.append(_codes(dataset, each))
    return tuple(rules)


def _always_filled(dataset: Dataset) -> tuple[str, ...]:
    """Required fields, and the key that intake computes when a record has no number."""
    derived = (dataset.derived_key[0],) if dataset.derived_key else ()
    return tuple(dict.fromkeys((*dataset.required, *derived)))


def _limits(dataset: Dataset, each: Field) -> Rule:
    bounds = {"min_value": each.minimum, "max_value": each.maximum}
    words = []
    if each.minimum is not None:
        words.append(f"不小于 {each.minimum:g}")
    if each.maximum is not None:
        words.append(f"不大于 {each.maximum:g}")
    limits = "、".join(words)
    return within(
        dataset,
        each.name,
        name="range",
        label=f"“{each.label}”应{limits}",
        why=f"“{each.label}”是“{{value}}”，应{limits}",
        how="请核对后改正；没有数据请留空",
        severity=CRITICAL,
        **{key: value for key, value in bounds.items() if value is not None},
    )


def _codes(dataset: Dataset, each: Field) -> Rule:
    return one_of(
        dataset,
        each.name,
        Codes(vocabulary=each.vocabulary or each.name),
        name="vocabulary",
        why=f"“{each.label}”里的“{{value}}”不在词表中",
        how="请改成词表里的写法；确需新增，请在“口径与规则”的词表里加一行",
    )
