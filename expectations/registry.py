"""The rules of every dataset: contract rules first, then the lines of suites/<dataset>.py."""

from __future__ import annotations

import importlib
from functools import cache
from types import ModuleType

from expectations.contract import contract_rules
from expectations.generic import one_row_per_grain
from expectations.queries import QueryRule
from expectations.rules import Rule
from pipelines.domain.catalog import dataset


@cache
def rules_for(name: str) -> tuple[Rule, ...]:
    """The rules about single rows of the dataset called ``name``.

    Raises KeyError for an unknown dataset and ModuleNotFoundError for one without a suite.
    """
    return (*contract_rules(dataset(name)), *_suite(name).RULES)


@cache
def queries_for(name: str) -> tuple[QueryRule, ...]:
    """The rules about the whole table, or several datasets, of the dataset called ``name``."""
    return (one_row_per_grain(dataset(name)), *_suite(name).QUERIES)


def all_rules(name: str) -> tuple[Rule | QueryRule, ...]:
    """Every rule of the dataset called ``name``: id, label, severity, missing, scope, how."""
    return (*rules_for(name), *queries_for(name))


@cache
def columns_read(name: str) -> tuple[str, ...]:
    """The columns of the dataset that its suite reads, in the order of the contract."""
    read = {column for rule in rules_for(name) for column in rule.sources}
    return tuple(column for column in dataset(name).names if column in read)


def _suite(name: str) -> ModuleType:
    return importlib.import_module(f"expectations.suites.{name}")
