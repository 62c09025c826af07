"""One measured piece of work in a process of its own: ``python -m benchmarks.child JOB …``."""

from __future__ import annotations

import importlib
import json
import resource
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, replace
from pathlib import Path

from benchmarks.results import AGAIN, BASELINES, INTAKE_JOBS, NEAR, NOTHING, REBUILD, Cost
from pipelines.settings import Settings


def settings_at(root: Path) -> Settings:
    """The settings of a store for measuring; always SQLite."""
    return Settings(store_root=root, ledger_url=None)


def peak_bytes(process: int | str = "self") -> int:
    """Peak resident size since exec; ru_maxrss would keep the peak of the parent."""
    lines = Path(f"/proc/{process}/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("VmHWM"))


def measured(work: Callable[[], tuple[dict[str, float], dict[str, int]]]) -> Cost:
    """Do ``work`` once; interpreter start and imports are behind us and do not count."""
    cpu_before, started = _cpu_seconds(), time.perf_counter()
    stages, rows = work()
    return Cost(
        seconds=time.perf_counter() - started,
        cpu_seconds=_cpu_seconds() - cpu_before,
        peak_bytes=peak_bytes(),
        stages=stages,
        rows=rows,
    )


def _cpu_seconds() -> float:
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


def prepare(root: Path, size: str) -> Cost:
    """Fill the store at ``root`` for a size given as JSON."""
    from benchmarks.prepare import fill
    from benchmarks.sizes import Size

    asked = Size(**json.loads(size))
    return measured(lambda: ({}, fill(settings_at(root), asked)))


def product(root: Path) -> Cost:
    """The product's own build, on a store that has no mart."""
    from benchmarks.product_job import build, forget

    forget(settings_at(root))
    return measured(lambda: build(settings_at(root)))


def tables(root: Path) -> Cost:
    """The tables that the baselines make too, made by the product's models."""
    from benchmarks.product_job import build_compared

    return measured(lambda: build_compared(settings_at(root)))


def again(root: Path) -> Cost:
    """All made anew on a store with a mart; rows: by table how many differ from that mart."""
    from benchmarks import rebuild_job
    from benchmarks.product_job import build

    settings = settings_at(root)
    before = rebuild_job.set_aside(settings)
    cost = measured(lambda: build(settings))
    return replace(cost, rows=rebuild_job.differing(settings, before))


def near(_root: Path, rows: str) -> Cost:
    """雷同 on so many records, beside the loop over pairs on the first number: "100000,2000000"."""
    from benchmarks.near_duplicates import run

    small, large = (int(each) for each in rows.split(","))
    return measured(lambda: run(small, large))


def rebuild(root: Path, what: str) -> Cost:
    """The product's build after one change, on a store with a published mart."""
    from benchmarks import rebuild_job

    rebuild_job.change(settings_at(root), what)
    return measured(lambda: rebuild_job.rebuild(settings_at(root)))


def baseline(root: Path, engine: str) -> Cost:
    """The job in pandas or polars; results as Parquet in ``root``/engine."""
    from benchmarks.inputs import active_inputs

    job = importlib.import_module(f"benchmarks.{engine}_job")
    out = root / engine
    out.mkdir(exist_ok=True)
    inputs = active_inputs(settings_at(root))

    def work() -> tuple[dict[str, float], dict[str, int]]:
        tables = job.build(inputs)
        for name, table in tables.items():
            write = table.write_parquet if engine == "polars" else table.to_parquet
            write(out / f"{name}.parquet")
        return {}, {name: len(table) for name, table in tables.items()}

    return measured(work)


def intake(job: str, root: Path, path: Path) -> Cost:
    """The file at ``path`` read, by the product into the store at ``root`` or by a baseline."""
    from benchmarks.intake_job import JOBS

    return JOBS[job](settings_at(root), path)


def main(arguments: list[str]) -> None:
    """JOB ROOT ANSWER [SIZE or FILE]: do the job and write its cost as JSON to ANSWER."""
    job, root, answer, *rest = arguments
    if job in (*INTAKE_JOBS, NOTHING):
        cost = intake(job, Path(root), Path(rest[0]))
    elif job == "prepare":
        cost = prepare(Path(root), rest[0])
    elif job == REBUILD:
        cost = rebuild(Path(root), rest[0])
    elif job == NEAR:
        cost = near(Path(root), rest[0])
    elif job == AGAIN:
        cost = again(Path(root))
    elif job == "tables":
        cost = tables(Path(root))
    elif job in BASELINES:
        cost = baseline(Path(root), job)
    else:
        cost = product(Path(root))
    Path(answer).write_text(json.dumps(asdict(cost)), encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
