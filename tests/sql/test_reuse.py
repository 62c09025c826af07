"""A build that keeps tables of the one before is the build that makes them all."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
import sqlglot
from sqlglot import exp

from benchmarks.prepare import NOW, SEED, accept, fill
from benchmarks.sizes import Size
from pipelines import reuse, transform
from pipelines.domain.catalog import datasets
from pipelines.domain.statements import Explanation, LinkDecision
from pipelines.ledger import Ledger
from pipelines.queries import open_mart
from pipelines.settings import Settings
from pipelines.simulate import simulate
from pipelines.transform import models

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


def made(monkeypatch) -> list[str]:
    """Names of the tables that are made from now on."""
    names: list[str] = []
    make = transform._make
    monkeypatch.setattr(
        transform, "_make", lambda c, each: names.append(each.name) or make(c, each)
    )
    return names


def fewer(name: str, share: int) -> Callable[[Settings, Ledger], None]:
    """An upload that corrects every ``share``-th row of a dataset."""

    def change(settings: Settings, ledger: Ledger) -> None:
        frame = simulate(
            units=12, months=8, kpis=13, activities_per_unit_month=4.0, seed=SEED
        ).frames[name]
        part = frame.iloc[::share].copy()
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
        keyword="质量",
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


CHANGES = {
    "kpi": fewer("kpi_values", 7),
    "activities": fewer("activities", 9),
    "undo": undo,
    "statement": state,
    "reference": other_rule,
}


@pytest.mark.parametrize("change", CHANGES)
def test_what_is_kept_is_what_would_be_made(kept, tmp_path, monkeypatch, change):
    """After a change every table equals that of a build from nothing, and some were not made."""
    with closing(Ledger(kept)) as ledger:
        CHANGES[change](kept, ledger)
    names = made(monkeypatch)
    after = built(kept)
    assert 0 < len(names) < len(models())
    ours = tables(kept)
    kept.current.unlink()
    (kept.marts / f"{after}.duckdb").unlink()
    names.clear()
    assert after == built(kept)
    assert len(models()) == len(names)
    for name, frame in tables(kept).items():
        pd.testing.assert_frame_equal(frame, ours[name], rtol=1e-12, obj=name)


def test_figures_leave_the_activities_alone(kept, monkeypatch):
    """An upload of KPI values compares no texts and suggests no links."""
    with closing(Ledger(kept)) as ledger:
        CHANGES["kpi"](kept, ledger)
    names = made(monkeypatch)
    built(kept)
    assert "mart.kpi_unit_month" in names
    assert not {"staging.activities", "model.integrity_copies", "model.link_suggestions"} & {*names}


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
    names = made(monkeypatch)
    built(kept)
    assert {"staging.explanations", "staging.units_of_measure", "model.kpi_figures"} <= {*names}
    assert "model.rule_status" not in names


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
    names = made(monkeypatch)
    built(kept)
    assert {each.name for each in models()} == {*names}
    pd.testing.assert_frame_equal(wanted, tables(kept)["model.units"])


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
