"""The product's own build with the seconds of each layer."""

from __future__ import annotations

import time
from collections import defaultdict
from contextlib import closing
from dataclasses import replace
from itertools import pairwise

from benchmarks.compare import MART
from benchmarks.inputs import MEASURES
from benchmarks.prepare import NOW
from pipelines import transform
from pipelines.ledger import Ledger
from pipelines.making import make_tables
from pipelines.measures.sql import VALUES, values_sql
from pipelines.models import LAYERS, Model, inputs, models
from pipelines.settings import Settings
from pipelines.warehouse import building, scratch

_LABELS = {label: layer for layer, label in LAYERS.items()}
_DONE = "汇总完成"


def build(settings: Settings) -> tuple[dict[str, float], dict[str, int]]:
    """Build and publish. Seconds by layer (closing and writing to disk in the last), rows."""
    marks: list[tuple[str, float]] = []
    ledger = Ledger(settings)
    report = transform.build(
        settings,
        ledger,
        now=NOW,
        progress=lambda step, _share: marks.append((step, time.perf_counter())),
    )
    ledger.close()
    return _stages(marks), report.tables


def compared_models() -> tuple[Model, ...]:
    """The models of the tables that are compared and all they are made of, in order."""
    with closing(scratch()) as connection:
        few = values_sql(*MEASURES)
        needs = tuple(sorted(inputs(few, connection)))
    listed = [
        replace(each, sql=few, needs=needs) if each.name == VALUES else each for each in models()
    ]
    wanted = set(MART.values())
    for each in reversed(listed):
        if each.name in wanted:
            wanted.update(each.needs)
    return tuple(each for each in listed if each.name in wanted)


def build_compared(settings: Settings) -> tuple[dict[str, float], dict[str, int]]:
    """The compared tables alone, into a file of their own beside the marts.

    CPU seconds by table (reading the ledger and closing the file in none of them), rows.
    """
    path = settings.store_root / "compared.duckdb"
    path.unlink(missing_ok=True)
    seconds: dict[str, float] = {}
    tables: dict[str, int] = {}
    with closing(Ledger(settings)) as ledger:
        given = ledger.active(), ledger.statements()
    with building(path, settings) as connection:
        transform.offer_accepted(connection, settings, given)
        for each in compared_models():
            started = time.process_time()
            tables |= make_tables(connection, (each,), _silent)
            seconds[each.name] = time.process_time() - started
        connection.execute("drop schema accepted cascade")
    path.unlink()
    return seconds, tables


def _silent(_step: str, _share: float) -> None:
    """No progress is shown."""


def forget(settings: Settings) -> None:
    """Remove every mart, so that the next build has all the work to do."""
    settings.current.unlink(missing_ok=True)
    for path in settings.marts.glob("*.duckdb"):
        path.unlink()


def _stages(marks: list[tuple[str, float]]) -> dict[str, float]:
    stages: dict[str, float] = defaultdict(float)
    for (step, start), (_, end) in pairwise(marks):
        if step != _DONE:
            stages[_LABELS.get(step, "start")] += end - start
    return dict(stages)
