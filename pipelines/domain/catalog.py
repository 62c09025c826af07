"""The registry of dataset contracts: every module in contracts/ is one dataset."""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache

from pipelines.domain import contracts
from pipelines.domain.dataset import Dataset


@cache
def datasets() -> dict[str, Dataset]:
    """All contracts by identifier, in alphabetical order of their files."""
    found = {}
    for module in sorted(each.name for each in pkgutil.iter_modules(contracts.__path__)):
        contract: Dataset = importlib.import_module(f"{contracts.__name__}.{module}").DATASET
        found[contract.name] = contract
    return found


def dataset(name: str) -> Dataset:
    """The contract called ``name``; KeyError when there is none."""
    return datasets()[name]
