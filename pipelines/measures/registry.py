"""All measures by id. To add one, add an entry to the module of its family."""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache

from pipelines.domain.measures import Measure


@cache
def measures() -> dict[str, Measure]:
    """By id, in the order of families and entries; ValueError when two share an id."""
    from pipelines.measures import families

    found: dict[str, Measure] = {}
    for module in sorted(pkgutil.iter_modules(families.__path__), key=lambda each: each.name):
        for each in importlib.import_module(f"{families.__name__}.{module.name}").MEASURES:
            if each.id in found:
                raise ValueError(f"two measures are called {each.id}")
            found[each.id] = each
    return found


def measure(measure_id: str) -> Measure:
    """KeyError for an id that is not registered."""
    return measures()[measure_id]
