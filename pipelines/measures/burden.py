"""What the datasets ask of those who report: columns asked, columns that must be filled, columns
that the build reads. Rows typed by hand are not counted: every row comes from a file."""

from __future__ import annotations

import inspect
import re
from contextlib import closing
from dataclasses import dataclass
from functools import cache

from pipelines.domain.catalog import datasets
from pipelines.warehouse import scratch


@dataclass(frozen=True, kw_only=True)
class Burden:
    """One dataset. ``unread``: identifiers of columns that are kept but that nothing reads."""

    dataset: str
    asked: int
    required: int
    unread: tuple[str, ...]

    @property
    def read(self) -> int:
        return self.asked - len(self.unread)


@cache
def burdens() -> tuple[Burden, ...]:
    """Every dataset in the order of the catalog.

    A column counts as read when a table, a query or a step that reads the dataset names it, so
    the count of read columns may be too high. What only the door looks at (密级) is not read.
    """
    texts = _readers()
    return tuple(
        Burden(
            dataset=name,
            asked=len(contract.fields),
            required=len(contract.required),
            unread=tuple(each for each in contract.names if each not in _words(texts[name])),
        )
        for name, contract in datasets().items()
    )


def _readers() -> dict[str, list[str]]:
    """The texts beyond staging that read each dataset, without comments."""
    from pipelines import queries
    from pipelines.models import inputs, models

    found: dict[str, list[str]] = {name: [] for name in datasets()}
    with closing(scratch()) as connection:
        asked = [(re.sub(r"\$\w+", "null", queries.sql_of(n)), None) for n in queries.names()]
        for text, step in [*((m.sql, m.step) for m in models() if m.layer != "staging"), *asked]:
            needs = set(step.needs) if step else inputs(text, connection)
            if step:
                text = "\n".join(inspect.getsource(each) for each in step.modules)
            for name in needs:
                table = name.removeprefix("staging.")
                if name != table and table in found:
                    found[table].append(re.sub(r"--[^\n]*", "", text))
    return found


def _words(texts: list[str]) -> set[str]:
    return {word for text in texts for word in re.findall(r"\w+", text)}
