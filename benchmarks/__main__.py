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

from benchmarks import association, intake, intake_report, measure, report, stored
from benchmarks.child import settings_at
from benchmarks.compare import differences
from benchmarks.machine import load, machine
from benchmarks.rebuild_job import CHANGES
from benchmarks.results import (
    AGAIN,
    BASELINES,
    ENGINES,
    NEAR,
    REBUILD,
    EngineRuns,
    Outcome,
    PageTimes,
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
    parser.add_argument("--pages", default="M", help="在哪些规模上测页面，例如 S,M；写 none 不测")
    parser.add_argument("--near", default="100000,2000000", help="雷同检索的条数；写 none 不测")
    parser.add_argument("--note", default="", help="读者须知的一句话，写在报告开头")
    parser.add_argument("--changes", default=",".join(CHANGES), help="改一点之后重做：哪几项")
    parser.add_argument("--again", default="S,M", help="在哪些规模上改动后从头重做核对")
    parser.add_argument("--add", type=Path, help="各规模的结果存成文件，和其中已有的一起写进报告")
    asked = parser.parse_args(arguments)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # so that data and children go too
    limits = Limits(seconds=asked.limit_seconds)
    build = intake_text = None
    if asked.sizes != "none":
        sizes = [SIZES[name] for name in asked.sizes.split(",")]
        if asked.repeats:
            sizes = [replace(each, repeats=asked.repeats) for each in sizes]
        pages = tuple(asked.pages.split(","))
        near = None if asked.near == "none" else asked.near
        changes = tuple(asked.changes.split(","))
        again = tuple(asked.again.split(","))
        found = run(
            sizes,
            limits,
            now=datetime.now(),
            pages=pages,
            near=near,
            changes=changes,
            again=again,
        )
        found = found if asked.add is None else added(found, asked.add)
        build = report.text_of(replace(found, note=asked.note))
    if asked.files != "none":
        files = [FILES[name] for name in asked.files.split(",")]
        taken = intake.run(files, limits, now=datetime.now(), say=say)
        intake_text = intake_report.text_of(taken)
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


def run(
    sizes: list[Size],
    limits: Limits,
    *,
    now: datetime,
    pages: tuple[str, ...] = ("M",),
    near: str | None = None,
    changes: tuple[str, ...] = tuple(CHANGES),
    again: tuple[str, ...] = ("S", "M"),
) -> Report:
    """Measure ``sizes`` in order with a rebuild after each of ``changes``, the pages on those of
    ``pages``, 雷同 on ``near`` records; on those of ``again`` all is made anew and compared."""
    started = time.monotonic()
    shown: list[PageTimes] = []
    results = []
    for size in sizes:
        with tempfile.TemporaryDirectory(prefix=f"tongpin-{size.name}-") as folder:
            checked = size.name in again
            results.append(measure_size(size, Path(folder), limits, changes, again=checked))
            if size.name in pages:
                say(f"{size.name}：页面与查询")
                shown.append(measure_pages(size.name, Path(folder)))
    outcome = None
    if near:
        with tempfile.TemporaryDirectory(prefix="tongpin-near-") as folder:
            say(f"雷同检索 {near} 条")
            outcome = measure.run(NEAR, Path(folder), near, limits=limits)
    return Report(
        at=now,
        machine=machine(),
        sizes=tuple(results),
        pages=tuple(shown),
        near=outcome,
        limits=limits,
        total_seconds=time.monotonic() - started,
    )


def added(found: Report, path: Path) -> Report:
    """``found`` with what the file at ``path`` has of other sizes; both are then in the file.

    Sizes can be measured one at a time: each compares within its own run.
    """
    before = stored.read(path) if path.exists() else found
    merged = stored.merged(before, found)
    stored.write(merged, path)
    return merged


def measure_size(
    size: Size, root: Path, limits: Limits, changes: tuple[str, ...], *, again: bool = True
) -> SizeResult:
    """Fill a store, let every engine do the job, compare. RuntimeError when filling fails."""
    say(f"{size.name}：生成数据 {size.label}")
    filled = measure.run("prepare", root, json.dumps(asdict(size)), limits=PREPARE_LIMITS)
    if filled.cost is None:
        raise RuntimeError(f"{size.name}: no data: {filled.state} {filled.message}")
    before = load()
    runs = _engine_runs(size, root, limits)
    say(f"{size.name}：核对结果")
    differing = _compared(root, runs)
    return SizeResult(
        size=size.name,
        label=size.label,
        rows=filled.cost.rows,
        load=max(before, load()),
        runs=runs,
        differences=differing,
        rebuilds=_rebuilds(size, root, limits, changes),
        again=_again(size, root, limits) if again else None,
    )


def _engine_runs(size: Size, root: Path, limits: Limits) -> tuple[EngineRuns, ...]:
    """All engines in turn, and again, so that what else the machine does falls on all alike.

    An engine that once did not come to its end is not run again.
    """
    outcomes: dict[str, list[Outcome]] = {engine: [] for engine in ENGINES}
    for _ in range(size.repeats):
        for engine, done in outcomes.items():
            if done and done[-1].cost is None:
                continue
            last = measure.run(engine, root, limits=limits)
            done.append(last)
            peak = last.peak_bytes / 1024**2
            say(f"{size.name}：{engine} {last.state} {last.seconds:.1f} 秒 {peak:,.0f} MB")
    return tuple(EngineRuns(engine=name, outcomes=tuple(done)) for name, done in outcomes.items())


def _rebuilds(
    size: Size, root: Path, limits: Limits, changes: tuple[str, ...]
) -> dict[str, Outcome]:
    """One build after each change, one upon the other; after all that compares with the mart."""
    found = {}
    for what in changes:
        found[what] = measure.run(REBUILD, root, what, limits=limits)
        say(f"{size.name}：{CHANGES[what]} {found[what].state} {found[what].seconds:.1f} 秒")
    return found


def _again(size: Size, root: Path, limits: Limits) -> Outcome:
    """All made anew after the changes: time, and whether the builds before came to the same."""
    found = measure.run(AGAIN, root, limits=limits)
    rows = found.cost.rows if found.cost else {}
    say(f"{size.name}：改动后全部重做 {found.state} {found.seconds:.1f} 秒，不同的行 {rows}")
    return found


def _compared(root: Path, runs: tuple[EngineRuns, ...]) -> dict[str, dict[str, int]]:
    done = {each.engine for each in runs if each.costs}
    if "product" not in done:
        return {}
    settings = settings_at(root)
    return {each: differences(settings, root / each) for each in BASELINES if each in done}


def measure_pages(size: str, root: Path) -> PageTimes:
    """Times on the published mart of the store at ``root``. Raises when a page fails."""
    answer = root / "pages.json"
    command = [sys.executable, "-m", "benchmarks.pages", str(root), str(answer)]
    before = load()
    with (root / "pages.log").open("wb") as log:
        subprocess.run(command, cwd=ROOT, check=True, stderr=log, timeout=3600)
    found = json.loads(answer.read_text(encoding="utf-8"))
    return PageTimes(
        size=size,
        load=max(before, load()),
        pages=tuple(Timing(**each) for each in found["pages"]),
        queries=tuple(Timing(**each) for each in found["queries"]),
        analyses=found["analyses"],
        peak_bytes=found["peak_bytes"],
    )


if __name__ == "__main__":
    sys.exit(main())
