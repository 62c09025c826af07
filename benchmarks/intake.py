"""Measures the intake of files from ten thousand rows to one gigabyte."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Iterable
from datetime import datetime
from pathlib import Path

from benchmarks import measure
from benchmarks.child import settings_at
from benchmarks.intake_files import units_for, write_file
from benchmarks.intake_job import prepare_store
from benchmarks.machine import load, machine
from benchmarks.results import INTAKE_JOBS, NOTHING, FileResult, IntakeReport, Outcome
from benchmarks.sizes import FileSize, Limits

Say = Callable[[str], None]


def run(sizes: Iterable[FileSize], limits: Limits, *, now: datetime, say: Say) -> IntakeReport:
    """Measure ``sizes`` in order; files and stores live in temporary folders."""
    started = time.monotonic()
    files = []
    for size in sizes:
        with tempfile.TemporaryDirectory(prefix=f"tongpin-{size.name}-") as folder:
            files.append(_measured(size, Path(folder), limits, say))
    return IntakeReport(
        at=now,
        machine=machine(),
        files=tuple(files),
        imported_bytes=_imported(),
        limits=limits,
        total_seconds=time.monotonic() - started,
    )


def _imported() -> int:
    """Resident bytes before any work."""
    with tempfile.TemporaryDirectory() as folder:
        outcome = measure.run(NOTHING, Path(folder), folder, limits=Limits())
    return outcome.peak_bytes


def _measured(size: FileSize, root: Path, limits: Limits, say: Say) -> FileResult:
    say(f"{size.label}：写文件，准备库")
    path = root / f"values.{size.encoding}"
    written = write_file(path, size)
    prepare_store(settings_at(root), units_for(written.rows))
    before = load()
    runs = {job: _runs(job, size, root, path, limits, say) for job in INTAKE_JOBS}
    return FileResult(
        label=size.label,
        rows=written.rows,
        bytes=written.bytes,
        load=max(before, load()),
        runs=runs,
    )


def _runs(
    job: str, size: FileSize, root: Path, path: Path, limits: Limits, say: Say
) -> tuple[Outcome, ...]:
    """Repeats until one does not come to its end."""
    outcomes = []
    for _ in range(size.repeats):
        last = measure.run(job, root, str(path), limits=limits)
        outcomes.append(last)
        say(f"{size.label}：{job} {last.state} {last.seconds:.1f} 秒 {last.message[-120:]}")
        if last.cost is None:
            break
    return tuple(outcomes)
