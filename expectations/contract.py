"""Rules that follow from a dataset contract alone: nobody has to write them down."""

from __future__ import annotations

from expectations.builders import CRITICAL, one_of, required, within
from expectations.rules import Codes, Missing, Rule
from pipelines.domain.dataset import Dataset
from pipelines.domain.fields import Field, Kind


def contract_rules(dataset: Dataset) -> tuple[Rule, ...]:
    """What the contract itself demands: required cells, limits, codes, one row per grain."""
    rules = [required(dataset, name) for name in _always_filled(dataset)]
    for each in dataset.fields:
        if each.minimum is not None or each.maximum is not None:
            rules.append(_limits(dataset, each))
        if each.kind is Kind.VOCABULARY:
            rules.append(_codes(dataset, each))
    return (*rules, one_row_per_grain(dataset))


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


def one_row_per_grain(dataset: Dataset) -> Rule:
    """One row per grain in one file.

    Every row of a repeated grain is critical, the first one and identical copies too: the file
    does not say which one is meant, and keeping the first would be a guess nobody sees.
    """
    labels = "、".join(f"“{dataset[name].label}”" for name in dataset.grain)
    key = " · ".join(f"{{{name}}}" for name in dataset.grain)
    single = len(dataset.grain) == 1
    return Rule(
        id=f"{dataset.name}.grain.unique",
        label=f"{labels}不重复",
        expectation=f"Expect{'ColumnValues' if single else 'CompoundColumns'}ToBeUnique",
        columns=dataset.grain,
        severity=CRITICAL,
        why=f"{labels}相同的行不止一行：{key}",
        how="请只保留正确的一行，其余删除后重新上传",
        missing=Missing.SKIP if single else Missing.COUNT,
    )
