"""The intake of one file: by the product, by its parser alone, and bare reads to compare with."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pandas as pd
import psutil

from benchmarks.child import measured
from benchmarks.intake_files import KPIS, MONTHS, unit_names
from benchmarks.prepare import NOW, accept
from benchmarks.results import Cost
from pipelines import store
from pipelines.desk import Desk
from pipelines.intake.choices import Names
from pipelines.intake.parse import Stretch
from pipelines.intake.request import Request
from pipelines.intake.sandbox import parse_in_child
from pipelines.ledger import Ledger
from pipelines.settings import Settings
from pipelines.simulate import simulate
from pipelines.simulate.kpis import read_dictionary
from pipelines.validation import Validator
from pipelines.warehouse import scratch

FILE_NAME = "业务指标月报.csv"
_WAIT_SECONDS = 180
_STEPS = {"核对整份文件和已入库的数据": "rules", "与已入库的数据比较": "difference"}


def prepare_store(settings: Settings, units: int) -> None:
    """A published mart that knows the units and KPIs of the file, so that every rule is run."""
    store.prepare(settings)
    ledger = Ledger(settings)
    ledger.upgrade()
    known = simulate(units=12, months=MONTHS, kpis=KPIS, activities_per_unit_month=0.1, seed=1)
    accept(settings, ledger, "kpi_definitions", known.frames["kpi_definitions"], "U0001")
    accept(settings, ledger, "units", _roster(units), "U0002")
    ledger.close()
    with_desk(settings, lambda desk: desk.build())


def _roster(units: int) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "unit_id": [f"DW{number:05d}" for number in range(units)],
            "unit_name": unit_names(units),
            "tree": "行政",
            "valid_from": pd.Timestamp("2015-01-01").date(),
        }
    )


def with_desk(settings: Settings, work: Callable[[Desk], object]) -> None:
    """``work`` at a desk whose validation worker is warm."""
    with Validator() as validator:
        deadline = time.monotonic() + _WAIT_SECONDS
        while not validator.ready and time.monotonic() < deadline:
            time.sleep(0.05)
        desk = Desk(settings, validator, clock=lambda: NOW)
        work(desk)
        desk.close()


def intake(settings: Settings, path: Path) -> Cost:
    """Desk.inspect, then Desk.accept, of which ``stages`` tell the seconds; undone at the end."""
    costs: list[Cost] = []

    def work(desk: Desk) -> None:
        before = _cpu_of_all()
        cost = measured(lambda: _inspected_and_accepted(desk, path))
        costs.append(replace(cost, cpu_seconds=_cpu_of_all() - before))
        desk.undo(desk.uploads()[0].upload_id, by="测量")

    with_desk(settings, work)
    return costs[0]


def _inspected_and_accepted(desk: Desk, path: Path) -> tuple[dict[str, float], dict[str, int]]:
    marks = [("read", time.perf_counter())]

    def progress(step: str, _share: float) -> None:
        if step in _STEPS:
            marks.append((_STEPS[step], time.perf_counter()))

    inspection = desk.inspect(FILE_NAME, path, progress=progress)
    marks.append(("accept", time.perf_counter()))
    receipt = desk.accept(inspection, by="测量")
    marks.append(("", time.perf_counter()))
    stages = {name: end - start for (name, start), (_, end) in pairwise(marks)}
    rows = {
        "read": inspection.row_count,
        "accepted": receipt.rows,
        "findings": len(inspection.findings) + inspection.findings_omitted,
    }
    return stages, rows


def parser(settings: Settings, path: Path) -> Cost:
    """The limited child alone: decode, find the table, type every cell, send it over."""
    kpis = {each["name"]: each["unit_of_measure"] for each in read_dictionary(KPIS)}
    request = Request(file_name=FILE_NAME, today=NOW.date(), names=Names(kpis=kpis))

    def work() -> tuple[dict[str, float], dict[str, int]]:
        with path.open("rb") as file:
            parts = parse_in_child(file, path.stat().st_size, request, settings)
            return {}, {"read": sum(p.table.num_rows for p in parts if isinstance(p, Stretch))}

    before = _cpu_of_all()
    return replace(measured(work), cpu_seconds=_cpu_of_all() - before)


def nothing(_settings: Settings, _path: Path) -> Cost:
    """What a process costs that has only imported."""
    return measured(lambda: ({}, {}))


def duckdb_csv(_settings: Settings, path: Path) -> Cost:
    """DuckDB reads the file into a table; types and delimiter are what it finds."""
    connection = scratch()
    connection.execute("set autoinstall_known_extensions = false")  # nothing from the network

    def work() -> tuple[dict[str, float], dict[str, int]]:
        connection.execute("create table loaded as from read_csv($path)", {"path": str(path)})
        return {}, {"read": connection.table("loaded").count("*").fetchone()[0]}

    return measured(work)


def pandas_csv(_settings: Settings, path: Path) -> Cost:
    """pandas reads the file; it is told the encoding, which it cannot find."""
    encoding = "gb18030" if path.suffix == ".gb18030" else "utf-8"
    return measured(lambda: ({}, {"read": len(pd.read_csv(path, encoding=encoding))}))


def _cpu_of_all() -> float:
    """CPU seconds of this process, its children that ended and those that run."""
    here = psutil.Process()
    own = here.cpu_times()
    running = [each.cpu_times() for each in here.children()]
    ended = own.children_user + own.children_system
    return own.user + own.system + ended + sum(each.user + each.system for each in running)


JOBS: dict[str, Callable[[Settings, Path], Cost]] = {
    "intake": intake,
    "parser": parser,
    "duckdb-csv": duckdb_csv,
    "pandas-csv": pandas_csv,
    "nothing": nothing,
}
