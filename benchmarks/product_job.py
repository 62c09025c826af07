"""The product's own build with the seconds of each layer."""

from __future__ import annotations

import time
from collections import defaultdict
from itertools import pairwise

from benchmarks.prepare import NOW
from pipelines import transform
from pipelines.ledger import Ledger
from pipelines.settings import Settings

_LABELS = {label: layer for layer, label in transform.LAYERS.items()}
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
