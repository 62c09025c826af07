"""Results of sizes that were measured at different times, kept as JSON between the runs."""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from datetime import datetime
from pathlib import Path

from benchmarks.results import (
    Cost,
    EngineRuns,
    Machine,
    Outcome,
    PageTimes,
    Report,
    SizeResult,
    Timing,
)
from benchmarks.sizes import SIZES, Limits

_ORDER = tuple(SIZES)


def write(report: Report, path: Path) -> None:
    """The whole report as JSON."""
    plain = asdict(report) | {"at": report.at.isoformat()}
    path.write_text(json.dumps(plain, ensure_ascii=False), encoding="utf-8")


def read(path: Path) -> Report:
    """What ``write`` wrote. Raises when the file is of another version of this program."""
    plain = json.loads(path.read_text(encoding="utf-8"))
    return Report(
        at=datetime.fromisoformat(plain["at"]),
        machine=Machine(**plain["machine"]),
        sizes=tuple(_size(each) for each in plain["sizes"]),
        pages=tuple(_pages(each) for each in plain["pages"]),
        near=_outcome(plain["near"]),
        limits=Limits(**plain["limits"]),
        total_seconds=plain["total_seconds"],
    )


def merged(before: Report, found: Report) -> Report:
    """Both, of what both have ``found``; sizes in the order of SIZES."""
    sizes = {each.size: each for each in (*before.sizes, *found.sizes)}
    pages = {each.size: each for each in (*before.pages, *found.pages)}
    known = [name for name in _ORDER if name in sizes]
    return replace(
        found,
        sizes=tuple(sizes[name] for name in known),
        pages=tuple(pages[name] for name in _ORDER if name in pages),
        near=found.near or before.near,
        total_seconds=found.total_seconds + (before.total_seconds if before is not found else 0.0),
    )


def _size(plain: dict) -> SizeResult:
    runs = tuple(
        EngineRuns(engine=each["engine"], outcomes=tuple(_outcome(one) for one in each["outcomes"]))
        for each in plain["runs"]
    )
    rebuilds = {name: _outcome(each) for name, each in plain["rebuilds"].items()}
    return SizeResult(
        **{**plain, "runs": runs, "rebuilds": rebuilds, "again": _outcome(plain["again"])}
    )


def _pages(plain: dict) -> PageTimes:
    kinds = {kind: tuple(Timing(**each) for each in plain[kind]) for kind in ("pages", "queries")}
    return PageTimes(**{**plain, **kinds})


def _outcome(plain: dict | None) -> Outcome | None:
    if plain is None:
        return None
    return Outcome(**{**plain, "cost": Cost(**plain["cost"]) if plain["cost"] else None})
