"""A build that keeps tables of the one before is the build that makes them all."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from functools import cache
from pathlib import Path

import pandas as pd
import pytest
import sqlglot
from sqlglot import exp

from benchmarks.prepare import NOW, SEED, accept, fill
from benchmarks.sizes import Size
from pipelines import contents, making, reach, reuse, transform
from pipelines.domain.catalog import datasets
from pipelines.domain.statements import Explanation, LinkDecision
from pipelines.errors import BuildFailed
from pipelines.ledger import Ledger
from pipelines.models import models
from pipelines.queries import open_mart
from pipelines.settings import MIB, Settings
from pipelines.simulate import simulate
from pipelines.warehouse import building, scratch

TINY = Size(name="T", units=12, months=8, kpis=13, activities_per_unit_month=4.0)


def built(settings: Settings) -> str:
    with closing(Ledger(settings)) as ledger:
        return transform.build(settings, ledger, now=NOW).build_id


def tables(settings: Settings) -> dict[str, pd.DataFrame]:
    """Every table of the published build, sorted by all its columns."""
    with closing(open_mart(settings)) as mart:
        return {each.name: mart.frame(f"from {each.name} order by all") for each in models()}


@pytest.fixture(scope="module")
def filled(tmp_path_factory) -> Path:
    """A store with all datasets and a published build."""
    root = tmp_path_factory.mktemp("reuse") / "store"
    settings = Settings(store_root=root, ledger_url=None)
    fill(settings, TINY)
    built(settings)
    return root


@pytest.fixture
def kept(filled, tmp_path) -> Settings:
    """A copy of the filled store."""
    shutil.copytree(filled, tmp_path / "store")
    return Settings(store_root=tmp_path / "store", ledger_url=None)


def works(monkeypatch) -> dict[str, tuple[str, ...] | None]:
    """The tables that are made from now on, with the records when they are made for some only."""
    found: dict[str, tuple[str, ...] | None] = {}
    make = making._make

    def noted(connection, model, records):
        found[model.name] = records
        return make(connection, model, records)

    monkeypatch.setattr(making, "_make", noted)
    return found


@cache
def _simulated() -> dict[str, pd.DataFrame]:
    return simulate(units=12, months=8, kpis=13, activities_per_unit_month=4.0, seed=SEED).frames


def fewer(name: str, share: int) -> Callable[[Settings, Ledger], None]:
    """An upload that corrects every ``share``-th row of a dataset."""

    def change(settings: Settings, ledger: Ledger) -> None:
        part = _simulated()[name].iloc[::share].copy()
        if name == "kpi_values":
            part["actual"] = part["actual"] * 2
        else:
            part["present_count"] = 3
            part["agenda"] = "学习质量提升方案并部署本月安全生产工作，讨论设备改造进度"
        accept(settings, ledger, name, part, "U9001")

    return change


def undo(_settings: Settings, ledger: Ledger) -> None:
    newest = next(each for each in ledger.uploads() if each.dataset == "activities")
    ledger.undo(newest.upload_id, by="岗位", at=NOW)


def state(_settings: Settings, ledger: Ledger) -> None:
    decision = LinkDecision(
        record_id="",
        keyword=KEYWORD,
        target_kind="kpi",
        target_id="K01",
        state="confirmed",
        reason="",
    )
    said = Explanation(subject="late_record", unit_id="", text="系统迁移")
    ledger.state([decision, said], by="岗位", at=NOW)


def other_rule(settings: Settings, _ledger: Ledger) -> None:
    """The organisation asks for one more meeting in the first rule that counts them."""
    rules = pd.read_csv(settings.reference_root / "rule_pack.csv", dtype=str)
    own = rules[(rules["unit"] == "次") & rules["minimum"].notna()].head(1).copy()
    own["minimum"] = str(float(own["minimum"].iloc[0]) + 1)
    own.to_csv(settings.store_root / "rule_pack_local.csv", index=False)


def _as_accepted(settings: Settings) -> pd.DataFrame:
    """The activities that count now, as the contract has them."""
    with closing(open_mart(settings)) as mart:
        frame = mart.frame("from staging.activities order by record_id")
    wanted = datasets()["activities"].names
    return frame[[each for each in frame if each in wanted]]


def rewritten(settings: Settings, ledger: Ledger) -> None:
    """Activities change organisation, month, type, words, place and cause of leave; some copy the
    agenda of another, some are new."""
    rows = _as_accepted(settings).iloc[5::11].reset_index(drop=True)
    rows.loc[::6, "unit"] = rows["unit"].iloc[-1]
    rows.loc[1::6, "start_at"] = rows["start_at"].iloc[1::6] - pd.Timedelta(days=40)
    rows["start_at"] = rows["start_at"].clip(lower=_as_accepted(settings)["start_at"].min())
    rows.loc[1::6, "end_at"] = pd.NaT
    rows.loc[2::6, "activity_type"] = rows["activity_type"].iloc[-1]
    rows.loc[3::6, ["keywords", "title", "agenda"]] = "安全生产、质量提升"
    rows.loc[4::6, ["leave_count", "leave_reason"]] = [2, "外出学习"]
    rows.loc[5::6, "agenda"] = rows["agenda"].iloc[0]
    rows.loc[rows.index[-3:], "record_id"] = ["N1", "N2", "N3"]
    accept(settings, ledger, "activities", rows, "U9002")


def replaced(settings: Settings, ledger: Ledger) -> None:
    """A correcting file for one organisation and month has half of the records it had."""
    frame = _as_accepted(settings)
    month = frame["start_at"].dt.strftime("%Y-%m")
    unit, when = frame.groupby(["unit", month]).size().idxmax()
    part = frame[(frame["unit"] == unit) & (month == when)]
    accept(settings, ledger, "activities", part.iloc[::2], "U9003", replaces=True)


CHANGES = {
    "kpi": fewer("kpi_values", 7),
    "activities": fewer("activities", 9),
    "rewritten": rewritten,
    "replaced": replaced,
    "undo": undo,
    "statement": state,
    "reference": other_rule,
}
OF_RECORDS = {each.name for each in models() if each.record and not each.among_others}
CHECKED = {"model.integrity_findings", "model.integrity_doubts", "model.integrity_facts"}
COPIES = "model.integrity_copies"
KEYWORD = "党建+成本"
Works = dict[str, tuple[str, ...] | None]


@pytest.mark.parametrize("change", CHANGES)
def test_what_is_kept_is_what_would_be_made(kept, monkeypatch, change):
    """After a change every table equals that of a build from nothing, and some were not made."""
    with closing(Ledger(kept)) as ledger:
        CHANGES[change](kept, ledger)
    found = works(monkeypatch)
    built(kept)
    assert 0 < len(found) < len(models())
    if change in ("rewritten", "replaced", "activities"):
        _only_what_was_brought(kept, found)
    if change == "statement":
        _only_what_was_decided(kept, found)
    _same_as_from_nothing(kept, found)


def _only_what_was_brought(settings: Settings, found: Works) -> None:
    """Of tables about records only the rows of those that the upload brings or replaces are made;
    texts are compared in their organisations, and the findings follow from that."""
    some = {name: set(each) for name, each in found.items() if each is not None}
    assert {name for name in OF_RECORDS if found.get(name, ()) is None} == set()
    brought = some["staging.activities"]
    assert OF_RECORDS - CHECKED - {COPIES} <= {n for n, each in some.items() if each == brought}
    there = set(_as_accepted(settings)["record_id"])
    assert 0 < len(brought) < len(there) / 8
    assert brought < some[COPIES]


def _only_what_was_decided(settings: Settings, found: Works) -> None:
    """What is counted of links is made where the decision changed one, activities are not."""
    assert found["model.activity_links"] is None
    with closing(open_mart(settings)) as mart:
        decided = mart.frame(
            "select distinct record_id from model.activity_keywords where keyword = $keyword",
            {"keyword": KEYWORD},
        )
    assert set(decided["record_id"]) == set(found["model.link_facts"])
    assert "model.activity_facts" not in found


def _same_as_from_nothing(settings: Settings, found: Works) -> None:
    after, ours = transform.current_build_id(settings), tables(settings)
    settings.current.unlink()
    (settings.marts / f"{after}.duckdb").unlink()
    found.clear()
    assert after == built(settings)
    assert dict.fromkeys(each.name for each in models()) == found
    for name, frame in tables(settings).items():
        pd.testing.assert_frame_equal(frame, ours[name], rtol=1e-12, obj=name)


def test_changes_one_upon_the_other_are_kept_rightly(kept, monkeypatch):
    """So it is after changes in a row, each build going on from the one before it."""
    found = works(monkeypatch)
    for change in ("rewritten", "replaced", "undo"):
        with closing(Ledger(kept)) as ledger:
            CHANGES[change](kept, ledger)
        built(kept)
    _same_as_from_nothing(kept, found)


def test_when_too_many_records_changed_all_are_made(kept, monkeypatch):
    """A table is not mended for more records than the limit."""
    for each in (contents, reach, reuse):
        monkeypatch.setattr(each, "MOST", 3)
    with closing(Ledger(kept)) as ledger:
        rewritten(kept, ledger)
    found = works(monkeypatch)
    built(kept)
    assert dict.fromkeys(OF_RECORDS) == {name: found[name] for name in OF_RECORDS}


@pytest.mark.parametrize("model", [each for each in models() if each.record], ids=lambda m: m.name)
def test_the_record_is_part_of_the_grain(model):
    """Rows of two records are never one: their grain can be checked apart."""
    assert model.record in model.grain


def test_figures_leave_the_activities_alone(kept, monkeypatch):
    """An upload of KPI values compares no texts and suggests no links."""
    with closing(Ledger(kept)) as ledger:
        CHANGES["kpi"](kept, ledger)
    found = works(monkeypatch)
    built(kept)
    assert "mart.kpi_unit_month" in found
    assert (
        not {"staging.activities", "model.integrity_copies", "model.link_suggestions"}
        & found.keys()
    )


def test_changed_sql_is_made_anew(kept, monkeypatch):
    """A table with another text is made, and what reads it where its content is another."""
    changed = tuple(
        replace(each, sql=each.sql.replace("as source\n", "as source where false\n"))
        if each.name == "staging.explanations"
        else replace(each, sql=each.sql + "\nwhere source.factor = 1")
        if each.name == "staging.units_of_measure"
        else each
        for each in models()
    )
    monkeypatch.setattr(transform, "models", lambda: changed)
    found = works(monkeypatch)
    built(kept)
    assert {"staging.explanations", "staging.units_of_measure", "model.kpi_figures"} <= found.keys()
    assert "model.rule_status" not in found


@pytest.mark.parametrize("how", ["cut", "overwritten", "gone", "table"])
def test_a_damaged_build_is_not_gone_on_from(kept, monkeypatch, how):
    """Whatever is wrong with the build before, the next one is made in full and is right."""
    path = kept.marts / f"{transform.current_build_id(kept)}.duckdb"
    wanted = tables(kept)["model.units"]
    if how == "cut":
        path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    elif how == "overwritten":
        data = bytearray(path.read_bytes())
        data[20_000 : len(data)] = bytes(len(data) - 20_000)
        path.write_bytes(data)
    elif how == "gone":
        path.unlink()
    else:
        with transform.building(path, kept) as connection:
            connection.execute("delete from model.units")
    with closing(Ledger(kept)) as ledger:
        state(kept, ledger)
    found = works(monkeypatch)
    built(kept)
    assert {each.name for each in models()} == found.keys()
    pd.testing.assert_frame_equal(wanted, tables(kept)["model.units"])


def test_a_build_without_enough_memory_is_told_and_nothing_is_lost(kept):
    """The message names the setting; what is published stays, and more memory is enough."""
    before = transform.current_build_id(kept)
    with closing(Ledger(kept)) as ledger:
        state(kept, ledger)
        tight = replace(kept, build_memory_bytes=8 * MIB)
        with pytest.raises(BuildFailed, match=r"内存不够.*TONGPIN_BUILD_MEMORY_MIB"):
            transform.build(tight, ledger, now=NOW)
    assert before == transform.current_build_id(kept)
    assert before != built(kept)


def test_a_build_leaves_half_of_the_memory_to_the_pages(kept, tmp_path):
    """Where nothing is set; DuckDB alone would take 80 %."""

    def limit(connection) -> float:
        ((text,),) = connection.execute("select current_setting('memory_limit')").fetchall()
        size, unit = text.split()
        return float(size) * {"MiB": 1 / 1024, "GiB": 1}[unit]

    with closing(scratch()) as alone, building(tmp_path / "half.duckdb", kept) as connection:
        assert limit(connection) == pytest.approx(limit(alone) * 5 / 8, rel=0.02)
    own = replace(kept, build_memory_bytes=512 * MIB)
    with building(tmp_path / "own.duckdb", own) as connection:
        assert limit(connection) == 0.5


def test_one_dataset_with_the_uploads_is_joined_to_its_own():
    """What reads one dataset and staging.uploads sees no other upload: reuse counts on it."""
    seen = 0
    for each in models():
        tree = sqlglot.parse_one(each.sql, read="duckdb") if each.step is None else None
        read = {f"{t.db}.{t.name}" for t in tree.find_all(exp.Table) if t.db} if tree else set()
        if reuse._seen(read) == read:
            continue
        seen += 1
        named = [t for t in tree.find_all(exp.Table) if t.db and t.name == "uploads"]
        joins = [j for j in tree.find_all(exp.Join) if j.this in named]
        assert len(named) == len(joins)
        for join in joins:
            assert "" == join.side
            assert "source._upload_id = uploads.upload_id" == join.args["on"].sql()
    assert seen >= len(datasets())
