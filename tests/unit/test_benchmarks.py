"""The benchmarks compare like with like and hide nothing; nothing here is a test of speed."""

import dataclasses
import shutil
from datetime import datetime
from pathlib import Path

import pandas as pd
import pytest

from benchmarks import intake, intake_report, page_report, pages, rebuild_job, report, stored
from benchmarks.__main__ import added, run
from benchmarks.child import baseline, settings_at
from benchmarks.compare import KEYS, MART, differences
from benchmarks.inputs import TABLES, active_inputs
from benchmarks.intake_files import write_file
from benchmarks.machine import machine
from benchmarks.measure import MAIN, PARSER, TREE, VALIDATOR
from benchmarks.measure import run as run_child
from benchmarks.prepare import fill
from benchmarks.product_job import build
from benchmarks.rebuild_job import CHANGES
from benchmarks.results import BASELINES, ENGINES, INTAKE_JOBS, IntakeReport, PageTimes, Report
from benchmarks.sizes import FileSize, Limits, Size
from dashboard.catalog import entries
from dashboard.server import services as held
from pipelines import queries
from pipelines.intake.choices import Names
from pipelines.intake.parse import Stretch, parse
from pipelines.intake.request import Request
from pipelines.settings import Settings
from pipelines.warehouse import building

TINY = Size(name="T", units=12, months=8, kpis=13, activities_per_unit_month=4.0, copies=2)
NOW = datetime(2026, 11, 7, 9, 0)
PLAIN = FileSize(name="plain", label="小文件", rows=3000)
BY_HAND = FileSize(name="hand", label="手工小文件", rows=3000, by_hand=True, encoding="gb18030")


@pytest.fixture(scope="module")
def tiny() -> Report:
    """A whole run at the smallest size."""
    return run(
        [TINY], Limits(), now=NOW, pages=(), near="300,600", changes=("activities",), again=("T",)
    )


@pytest.fixture(scope="module")
def built(tmp_path_factory) -> Path:
    """A store with its mart and the tables of the pandas script."""
    root = tmp_path_factory.mktemp("bench")
    fill(settings_at(root), TINY)
    build(settings_at(root))
    baseline(root, "pandas")
    return root


def test_the_engines_come_to_the_same_tables(tiny):
    """A ratio means something only when both sides did the same job."""
    assert {engine: {} for engine in BASELINES} == tiny.sizes[0].differences
    made = {each.engine: each.costs[0].rows for each in tiny.sizes[0].runs}
    assert set(KEYS) == set(TABLES)
    for engine in BASELINES:
        assert {name: made["tables"][MART[name]] for name in TABLES} == made[engine]
        assert 0 < min(made[engine].values())
    assert set(made["tables"]) < set(made["product"])


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
    links = pd.read_parquet(built / "pandas" / "link_suggestions.parquet")
    assert {"kpi", "carrier"} <= set(links["target_kind"])
    found = pd.read_parquet(built / "pandas" / "integrity_findings.parquet")
    assert {"late_record", "misdated", "burst", "merged_meeting", "no_result"} <= set(
        found["check_id"]
    )


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
    report.write(report.text_of(tiny), None, tmp_path / "docs" / "benchmarks.md")
    text = (tmp_path / "docs" / "benchmarks.md").read_text(encoding="utf-8")
    for engine in ENGINES:
        assert f"| T | {report.LABELS[engine]} | 1 |" in text
    assert "2026-11-07 09:00" in text
    assert f"duckdb {tiny.machine.versions['duckdb']}" in text
    assert 2 == text.count(f"{len(TABLES)} 张表逐行逐数一致")
    assert "雷同检索" in text


def test_a_rebuild_after_each_change_is_measured(tiny):
    """A change gives a new build and a row; its ratio is to the full build of the same run."""
    rebuilds = tiny.sizes[0].rebuilds
    assert ["activities"] == list(rebuilds)
    assert rebuilds["activities"].cost.rows
    assert {} == tiny.sizes[0].again.cost.rows
    text = report.text_of(tiny)
    assert "全部的表与从头重做逐行逐数一致" in text
    assert f"| T | {CHANGES['activities']} | " in text


def test_a_mart_that_is_not_what_a_new_build_makes_is_found(built, tmp_path):
    """The check of a rebuild tells the table and the rows, and lets the last digits pass."""
    shutil.copytree(built, tmp_path / "store")
    settings = settings_at(tmp_path / "store")
    before = rebuild_job.set_aside(settings)
    with building(before, settings) as connection:
        touched = connection.execute(
            "update mart.kpi_month set actual = actual * 1.001 "
            "where kpi_id = (select min(kpi_id) from mart.kpi_month)"
        ).fetchone()[0]
        connection.execute(
            "update mart.attainment_unit_month set attainment_rate = attainment_rate * (1 + 1e-13)"
        )
        connection.execute(
            "update mart.build_traces set content = '' where table_name in "
            "('mart.kpi_month', 'mart.attainment_unit_month')"
        )
    build(settings)
    assert {"mart.kpi_month": touched} == rebuild_job.differing(settings, before)
    assert 0 < touched


def test_every_query_and_page_is_timed(built, monkeypatch):
    """A new parameter of a query, or a page that lost the list it is timed with, is seen here."""
    monkeypatch.setenv("TONGPIN_STORE", str(built))
    monkeypatch.setattr(pages, "RERUNS", 2)
    assert {each.page.url_path for each in entries()} >= set(pages.CHANGES)
    timings = pages.query_timings(built)
    assert list(queries.names()) == [each.name for each in timings]
    services = held.services()
    try:
        shown = [
            pages.page_timing(name, name, services.runner)[0] for name in ("quality", "followups")
        ]
    finally:
        held.close()
    assert [2] * 2 == [len(each.seconds) for each in shown]
    peaks = {"页面服务": 2**30}
    times = PageTimes(
        size="T",
        load=0.5,
        pages=tuple(shown),
        queries=tuple(timings),
        analyses={},
        peak_bytes=peaks,
    )
    text = "\n".join(page_report.pages(_empty(times)))
    assert "页面服务 1,024 MB" in text
    for name in queries.names():
        assert f"| {name}（" in text


def test_sizes_measured_at_different_times_come_into_one_report(tiny, tmp_path):
    """What a file holds of other sizes stays; of the same size the newer counts."""
    path = tmp_path / "found.json"
    small = dataclasses.replace(tiny.sizes[0], size="S", load=0.25)
    first = dataclasses.replace(tiny, sizes=(small,))
    assert first == added(first, path)
    medium = dataclasses.replace(tiny.sizes[0], size="M")
    both = added(dataclasses.replace(tiny, sizes=(medium,), near=None), path)
    assert ["S", "M"] == [each.size for each in both.sizes]
    assert tiny.near == both.near
    again = dataclasses.replace(tiny, sizes=(dataclasses.replace(small, load=0.75),))
    assert [0.75, medium.load] == [each.load for each in added(again, path).sizes]
    assert both.machine == stored.read(path).machine


def _empty(times: PageTimes) -> Report:
    return Report(
        at=NOW,
        machine=machine(),
        sizes=(),
        pages=(times,),
        near=None,
        limits=Limits(),
        total_seconds=1.0,
    )


def test_a_run_over_its_limit_is_stopped_and_told(built):
    """What does not fit is in the table as such, and no ratio is made up for it."""
    over = run_child("product", built, limits=Limits(bytes=1))
    assert ("memory", None) == (over.state, over.cost)
    late = run_child("product", built, limits=Limits(seconds=0))
    assert "time" == late.state


def test_percentiles_and_growth_are_what_their_names_say():
    """p95 of 0…100 is 95; ten times the rows in a hundred times the seconds is exponent 2."""
    assert 95 == pytest.approx(page_report.p95(range(101)))
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


@pytest.fixture(scope="module")
def taken_in() -> IntakeReport:
    """The intake of two small files."""
    return intake.run([PLAIN, BY_HAND], Limits(), now=NOW, say=lambda _text: None)


def test_the_intake_takes_every_row_of_both_files(taken_in):
    """Speed is that of files without errors, checked by every rule; nothing is left out."""
    for file in taken_in.files:
        (outcome,) = file.runs["intake"]
        assert 3000 == file.rows == outcome.cost.rows["read"] == outcome.cost.rows["accepted"]
        assert set(intake_report.STEPS) == set(outcome.cost.stages)
    plain, _ = taken_in.files
    assert 0 == plain.runs["intake"][0].cost.rows["findings"]
    for job in ("parser", "duckdb-csv", "pandas-csv"):
        assert 3000 == plain.runs[job][0].cost.rows["read"]


def test_the_memory_of_every_process_is_seen(taken_in):
    """Parent, parser and validation worker each, and no less for all of them."""
    for file in taken_in.files:
        peaks = file.runs["intake"][0].cost.peaks
        assert {TREE, MAIN, PARSER, VALIDATOR} <= set(peaks)
        assert max(peaks[role] for role in (PARSER, VALIDATOR)) < peaks[TREE]


def test_the_report_has_a_row_for_every_file_and_way(taken_in):
    """Also where a bare read cannot read the file; then there is no ratio."""
    text = intake_report.text_of(taken_in)
    assert set(INTAKE_JOBS) == set(intake_report.LABELS)
    for label in intake_report.LABELS.values():
        assert f"| 小文件 | {label} | 1 | " in text
        assert f"| 手工小文件 | {label} | 1 | " in text
    assert "| 手工小文件 | DuckDB read_csv | 1 | 读不了这个文件 | — |" in text
    assert "| 手工小文件：同频：只解析 ÷ DuckDB read_csv | — | — | — |" in text
    assert "| 手工小文件：同频：只解析 ÷ pandas read_csv | — |" not in text


def test_a_part_that_was_not_measured_stays_in_the_report(tmp_path):
    """The intake can be measured again without the builds, and the other way round."""
    path = tmp_path / "benchmarks.md"
    report.write("汇总一", "读入一", path)
    report.write(None, "读入二", path)
    assert f"汇总一{report.BETWEEN}读入二" == path.read_text(encoding="utf-8")
    report.write("汇总二", None, path)
    assert f"汇总二{report.BETWEEN}读入二" == path.read_text(encoding="utf-8")


def test_the_file_by_hand_says_what_the_plain_one_says(tmp_path):
    """The slow way is measured on the same figures, but for those that are not known."""
    plain, by_hand = _figures(tmp_path, PLAIN), _figures(tmp_path, BY_HAND)
    unknown = by_hand["ytd_target"].isna()
    assert 15 == unknown.sum()
    names = ["unit", "month", "kpi", "actual", "target", "ytd_actual", "unit_of_measure"]
    pd.testing.assert_frame_equal(plain[names], by_hand[names])
    pd.testing.assert_series_equal(plain["ytd_target"][~unknown], by_hand["ytd_target"][~unknown])


def _figures(folder: Path, size: FileSize) -> pd.DataFrame:
    path = folder / size.name
    write_file(path, size)
    request = Request(file_name="月报.csv", today=NOW.date(), names=Names())
    with path.open("rb") as file:
        parts = [each for each in parse(file, request, Settings()) if isinstance(each, Stretch)]
    return pd.concat([each.table.to_pandas() for each in parts], ignore_index=True)


def test_a_size_in_bytes_is_reached_with_whole_rows(tmp_path):
    """The file ends at the end of a row, at most one stretch above its size."""
    written = write_file(tmp_path / "f", FileSize(name="b", label="6 MB", bytes=6 * 10**6))
    assert 6 * 10**6 <= written.bytes < 12 * 10**6
    assert written.rows + 1 == (tmp_path / "f").read_bytes().count(b"\n")
