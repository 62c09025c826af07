"""The suite of every dataset: contract rules first, then the lines of suites/<dataset>.py."""

from __future__ import annotations

import importlib
from functools import cache

from expectations.contract import contract_rules
from expectations.rules import Rule
from pipelines.domain.catalog import dataset


@cache
def rules_for(name: str) -> tuple[Rule, ...]:
    """All rules of the dataset called ``name``.

    Raises KeyError for an unknown dataset and ModuleNotFoundError for one without a suite.
    """
    contract = dataset(name)
    suite = importlib.import_module(f"expectations.suites.{name}")
    return (*contract_rules(contract), *suite.RULES)


@cache
def columns_read(name: str) -> tuple[str, ...]:
    """The columns of the dataset that its suite reads, in the order of the contract."""
    read = {column for rule in rules_for(name) for column in rule.sources}
    return tuple(column for column in dataset(name).names if column in read)
