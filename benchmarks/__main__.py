"""``python -m benchmarks [--sizes S,M,L] [--files 10k,1M]``: measure all, write the report."""

from __future__ import annotations

import argparse
import json
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import asdict, replace
from datetime import datetime
from pathlib import Path

from benchmarks import association, intake, intake_report, measure, report
from benchmarks.child import settings_at
from benchmarks.compare import differences
from benchmarks.machine import load, machine
from benchmarks.rebuild_job import CHANGES
from benchmarks.results import (
    BASELINES,
    ENGINES,
    REBUILD,
    EngineRuns,
    Outcome,
    Report,
    SizeResult,
    Timing,
)
from benchmarks.sizes import FILES, SIZES, Limits, Size
from pipelines.settings import ROOT

DEFAULT_OUT = ROOT / "docs" / "benchmarks.md"
PREPARE_LIMITS = Limits(seconds=60 * 60)


def main(arguments: list[str] | None = None) -> int:
    """Run what is asked for; data live in temporary folders and go at the end."""
    parser = argparse.ArgumentParser(prog="benchmarks")
    parser.add_argument("--sizes", default=",".join(SIZES), help="例如 S,M；写 none 不测汇总")
    parser.add_argument("--files", default=",".join(FILES), help="例如 10k,1M；写 none 不测读入")
    parser.add_argument("--repeats", type=int, help="每种做法做几次；不写则按规模")
    parser.add_argument("--out", type=Path, default=DEFAULT_OUT)
    parser.add_argument("--association", action="store_true", help="测关联分析与逐对回归")
    parser.add_argument("--limit-seconds", type=float, default=Limits.seconds)
    asked = parser.parse_args(arguments)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # so that data and children go too
    limits = Limits(seconds=asked.limit_seconds)
    build = intake_text = None
    if asked.sizes != "none":
        sizes = [SIZES[name] for name in asked.sizes.split(",")]
        if asked.repeats:
            sizes = [replace(each, repeats=asked.repeats) for each in sizes]
        build = report.text_of(run(sizes, limits, now=datetime.now()))
    if asked.files != "none":
        files = [FILES[name] for name in asked.files.split(",")]
        found = intake.run(files, limits, now=datetime.now(), say=say)
        intake_text = intake_report.text_of(found)
    pairs = association.section_of(asked.out)
    if asked.association:
        pairs = association.run(now=datetime.now(), tell=say)
    report.write(build, intake_text, asked.out)
    association.put(pairs, asked.out)
    say(f"已写入 {asked.out}")
    return 0


def say(text: str) -> None:
    """Progress, beside the report."""
    print(f"{datetime.now():%H:%M:%S} {text}", file=sys.stderr, flush=True)


def run(sizes: list[Size], limits: Limits, *, now: datetime) -> Report:
    """Measure ``sizes`` in order, and the pages on M where M is among them."""
    started = time.monotonic()
    pages: list[Timing] = []
    asked: list[Timing] = []
    results = []
    for size in sizes:
        with tempfile.TemporaryDirectory(prefix=f"tongpin-{size.name}-") as folder:
            results.append(measure_size(size, Path(folder), limits))
            if size.name == "M":
                say("M：页面与查询")
                pages, asked = measure_pages(Path(folder))
    return Report(
        at=now,
        machine=machine(),
        sizes=tuple(results),
        pages_size="M" if pages else None,
        pages=tuple(pages),
        queries=tuple(asked),
        limits=limits,
        total_seconds=time.monotonic() - started,
    )


def measure_size(size: Size, root: Path, limits: Limits) -> SizeResult:
    """Fill a store, let every engine do the job, compare. RuntimeError when filling fails."""
    say(f"{size.name}：生成数据 {size.label}")
    filled = measure.run("prepare", root, json.dumps(asdict(size)), limits=PREPARE_LIMITS)
    if filled.cost is None:
        raise RuntimeError(f"{size.name}: no data: {filled.state} {filled.message}")
    before = load()
    runs = tuple(_engine_runs(engine, size, root, limits) for engine in ENGINES)
    say(f"{size.name}：核对结果")
    differing = _compared(root, runs)
    return SizeResult(
        size=size.name,
        label=size.label,
        rows=filled.cost.rows,
        load=max(before, load()),
        runs=runs,
        differences=differing,
        rebuilds=_rebuilds(size, root, limits),
    )


def _engine_runs(engine: str, size: Size, root: Path, limits: Limits) -> EngineRuns:
    """Repeats until one does not come to its end."""
    outcomes = []
    for _ in range(size.repeats):
        outcomes.append(measure.run(engine, root, limits=limits))
        last = outcomes[-1]
        peak = last.peak_bytes / 1024**2
        say(f"{size.name}：{engine} {last.state} {last.seconds:.1f} 秒 {peak:,.0f} MB")
        if last.cost is None:
            break
    return EngineRuns(engine=engine, outcomes=tuple(outcomes))


def _rebuilds(size: Size, root: Path, limits: Limits) -> dict[str, Outcome]:
    """One build after each change, one upon the other; after all that compares with the mart."""
    found = {}
    for what, label in CHANGES.items():
        found[what] = measure.run(REBUILD, root, what, limits=limits)
        say(f"{size.name}：{label} {found[what].state} {found[what].seconds:.1f} 秒")
    return found


def _compared(root: Path, runs: tuple[EngineRuns, ...]) -> dict[str, dict[str, int]]:
    done = {each.engine for each in runs if each.costs}
    if "product" not in done:
        return {}
    settings = settings_at(root)
    return {each: differences(settings, root / each) for each in BASELINES if each in done}


def measure_pages(root: Path) -> tuple[list[Timing], list[Timing]]:
    """(pages, queries) on the published mart of the store at ``root``. Raises when a page fails."""
    answer = root / "pages.json"
    command = [sys.executable, "-m", "benchmarks.pages", str(root), str(answer)]
    with (root / "pages.log").open("wb") as log:
        subprocess.run(command, cwd=ROOT, check=True, stderr=log, timeout=1800)
    found = json.loads(answer.read_text(encoding="utf-8"))
    return tuple([Timing(**each) for each in found[kind]] for kind in ("pages", "queries"))


if __name__ == "__main__":
    sys.exit(main())
