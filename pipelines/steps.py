"""Tables of the build that SQL cannot make: texts compared, matched, scored."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

import duckdb
import pyarrow as pa

from pipelines import followup_texts, reference_tables
from pipelines.integrity import near_duplicates
from pipelines.integrity import step as copies
from pipelines.links import scoring, suggest, targets, words


@dataclass(frozen=True, kw_only=True)
class Step:
    """``make`` reads the tables ``needs`` and gives the rows of the table ``name``.

    It is a pure function of them. ``modules``: whose text decides what it gives; a build is made
    anew when one of them changes. With a ``record`` (see Model) it can ``make_some``: the rows of
    some records. ``compares``: a row depends on all records of its organisation.
    """

    name: str  # layer.table
    needs: tuple[str, ...]
    grain: tuple[str, ...]
    make: Callable[[duckdb.DuckDBPyConnection], pa.Table]
    modules: tuple[ModuleType, ...]
    record: str | None = None
    make_some: Callable[[duckdb.DuckDBPyConnection, Sequence[str]], pa.Table] | None = None
    compares: bool = False
    files: tuple[Path, ...] = ()  # reference data that it reads

    @property
    def text(self) -> str:
        """What identifies the step."""
        sources = [inspect.getsource(each) for each in self.modules]
        return "\n".join([*sources, *(each.read_text(encoding="utf-8") for each in self.files)])


def steps() -> Iterable[Step]:
    """All steps; their order follows from what they need."""
    return (
        Step(
            name=copies.NAME,
            needs=copies.NEEDS,
            grain=copies.GRAIN,
            make=copies.make,
            record="record_id",
            make_some=copies.make_some,
            compares=True,
            modules=(near_duplicates, copies),
        ),
        Step(
            name=suggest.NAME,
            needs=suggest.NEEDS,
            grain=suggest.GRAIN,
            make=suggest.make,
            record="record_id",
            make_some=suggest.make_some,
            modules=(suggest, scoring, targets, words),
            files=(words.LINK_TERMS,),
        ),
        Step(
            name=followup_texts.NAME,
            needs=followup_texts.NEEDS,
            grain=followup_texts.GRAIN,
            make=followup_texts.make,
            modules=(followup_texts,),
            files=(followup_texts.WORDS,),
        ),
        *(
            Step(
                name=name,
                needs=(),
                grain=grain,
                make=make,
                modules=(reference_tables,),
                files=(path,),
            )
            for name, grain, make, path in reference_tables.tables()
        ),
    )
