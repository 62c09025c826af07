"""The benchmarks compare like with like and hide nothing; nothing here is a test of speed."""

import dataclasses
from datetime import datetime
from pathlib import Path

import pandas as pd
import pytest

from benchmarks import report
from benchmarks.__main__ import run
from benchmarks.child import settings_at
from benchmarks.compare import KEYS, differences
from benchmarks.inputs import active_inputs
from benchmarks.measure import run as run_child
from benchmarks.prepare import fill
from benchmarks.results import BASELINES, ENGINES, Report
from benchmarks.sizes import Limits, Size

TINY = Size(name="T", units=12, months=8, kpis=13, activities_per_unit_month=4.0, copies=2)
NOW = datetime(2026, 11, 7, 9, 0)


@pytest.fixture(scope="module")
def tiny() -> Report:
    """A whole run at the smallest size."""
    return run([TINY], Limits(), now=NOW)


@pytest.fixture(scope="module")
def built(tmp_path_factory) -> Path:
    """A store with its mart and the tables of the pandas script."""
    root = tmp_path_factory.mktemp("bench")
    fill(settings_at(root), TINY)
    for engine in ("product", "pandas"):
        assert run_child(engine, root, limits=Limits()).state == "ok"
    return root


def test_the_three_engines_come_to_the_same_tables(tiny):
    """A ratio means something only when both sides did the same job."""
    assert {engine: {} for engine in BASELINES} == tiny.sizes[0].differences
    made = {each.engine: each.costs[0].rows for each in tiny.sizes[0].runs}
    for engine in BASELINES:
        assert set(KEYS) == set(made[engine])
        assert {name: made["product"][f"mart.{name}"] for name in KEYS} == made[engine]


def test_the_input_is_awkward_enough_to_tell_engines_apart(built):
    """Every rule of the job is at work: corrections, unknown names, reporting parents, bridges."""
    inputs = active_inputs(settings_at(built))
    values = pd.concat(pd.read_parquet(path) for path in inputs.paths["kpi_values"])
    figures = pd.read_parquet(built / "pandas" / "kpi_unit_month.parquet")
    totals = pd.read_parquet(built / "pandas" / "kpi_month.parquet")
    latest = values.drop_duplicates(["unit", "month", "kpi"])
    assert len(latest) < len(values)
    assert len(figures) < len(latest)
    assert totals["unit_count"].sum() < figures["actual"].count()
    reached = pd.read_parquet(built / "pandas" / "activity_unit_month.parquet")
    assert (reached["activity_count"] % 1 > 0).any()


def test_a_difference_from_the_mart_is_found(built, tmp_path):
    """One figure changed and one row left out are two differing rows, in that table alone."""
    for name in KEYS:
        table = pd.read_parquet(built / "pandas" / f"{name}.parquet")
        if name == "kpi_month":
            table.loc[0, "actual"] *= 1 + 1e-6
            table = table.iloc[:-1]
        table.to_parquet(tmp_path / f"{name}.parquet")
    assert {} == differences(settings_at(built), built / "pandas")
    assert {"kpi_month": 2} == differences(settings_at(built), tmp_path)


def test_the_report_is_written_with_every_engine_and_the_machine(tiny, tmp_path):
    """The file states machine, versions, date, a row per engine and whether results agree."""
    report.write(tiny, tmp_path / "docs" / "benchmarks.md")
    text = (tmp_path / "docs" / "benchmarks.md").read_text(encoding="utf-8")
    for engine in ENGINES:
        assert f"| T | {report.LABELS[engine]} | 1 |" in text
    assert "2026-11-07 09:00" in text
    assert f"duckdb {tiny.machine.versions['duckdb']}" in text
    assert 2 == text.count("四张表逐行逐数一致")


def test_a_run_over_its_limit_is_stopped_and_told(built):
    """What does not fit is in the table as such, and no ratio is made up for it."""
    over = run_child("product", built, limits=Limits(bytes=1))
    assert ("memory", None) == (over.state, over.cost)
    late = run_child("product", built, limits=Limits(seconds=0))
    assert "time" == late.state


def test_percentiles_and_growth_are_what_their_names_say():
    """p95 of 0…100 is 95; ten times the rows in a hundred times the seconds is exponent 2."""
    assert 95 == pytest.approx(report.p95(range(101)))
    assert 2 == pytest.approx(report.growth_exponent((10, 3.0), (100, 300.0)))


def test_an_unfinished_engine_is_in_the_report_without_a_ratio(tiny, built):
    """Stopped runs show why and how much was reached; ratio and comparison stay open."""
    over = run_child("pandas", built, limits=Limits(bytes=1))
    size = tiny.sizes[0]
    runs = tuple(
        dataclasses.replace(each, outcomes=(over,)) if each.engine == "pandas" else each
        for each in size.runs
    )
    known = {"polars": size.differences["polars"]}
    changed = dataclasses.replace(size, runs=runs, differences=known)
    text = report.text_of(dataclasses.replace(tiny, sizes=(changed,)))
    assert "| T | pandas 脚本 | 1 | 超过内存上限，已停止" in text
    assert "| T，对 pandas 脚本 | — | — | — |" in text
    assert "T，pandas 脚本：没有比较" in text
