"""Results of analyses: whole or absent, shared, cancellable, alive after a restart."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import fields

import numpy as np
import pandas as pd
import pytest

from pipelines import analysis_runs, association_first, associations, doctor, pair_details, queries
from pipelines.analysis.association import analyse
from pipelines.analysis.detail import pair_detail
from pipelines.analysis.joint import JointFit
from pipelines.analysis_jobs import Runner
from pipelines.analysis_runs import Outcome, RunKey
from pipelines.association_first import first_key
from pipelines.associations import Scope
from pipelines.pair_details import PairScope
from pipelines.progress import silent
from pipelines.settings import ROOT, Settings
from tests.app.leader_store import LAST, build_store

WORKER = (sys.executable, "-m", "tests.slow_worker")


@pytest.fixture(scope="module")
def built(tmp_path_factory) -> Settings:
    """A published build of 14 units and 20 months."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TONGPIN_STORE", str(tmp_path_factory.mktemp("runs") / "store"))
        return build_store(units=14, months=20)


@pytest.fixture
def runner(built):
    """A runner whose worker has the analyses of the tests."""
    made = Runner(built, command=WORKER)
    yield made
    made.close()


def _key(settings: Settings, name: str = "waiting", **values: object) -> RunKey:
    build = queries.current_build_id(settings)
    return RunKey.of(build, name, values)


def _outcome() -> Outcome:
    frame = pd.DataFrame({"kpi": ["甲", "乙"], "r": [0.25, np.nan], "lag": [0, 3]})
    return Outcome(
        frames={"pairs": frame}, arrays={"cov": np.eye(3)}, facts={"seed": 7, "units": ["A1"]}
    )


def _until(true: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 30
    while not true() and time.monotonic() < deadline:
        time.sleep(0.02)
    assert true()


def test_a_result_comes_back_as_it_was(built):
    """Frames, arrays and facts survive the disk; NaN stays NaN."""
    key = _key(built, "trip")
    analysis_runs.keep(built, key, _outcome())
    found = analysis_runs.load(built, key)
    pd.testing.assert_frame_equal(_outcome().frames["pairs"], found.frames["pairs"])
    np.testing.assert_array_equal(np.eye(3), found.arrays["cov"])
    assert {"seed": 7, "units": ["A1"]} == found.facts


def test_another_setting_or_build_is_another_run_with_its_own_seed(built):
    """The settings change the place, the build changes the seed, nothing else does."""
    one, two = _key(built, lag=1), _key(built, lag=2)
    assert one.digest != two.digest
    assert one.seed == two.seed
    assert one.seed != RunKey(build_id="other", name="waiting", settings=one.settings).seed


@pytest.mark.parametrize("name", ["pairs.parquet", "arrays.npz", "meta.json"])
@pytest.mark.parametrize("harm", ["cut", "gone"])
def test_a_damaged_result_counts_as_none_and_is_replaced(built, name, harm):
    """Whatever file is cut or missing, the result is computed again and then stands."""
    key = _key(built, "harm", file=name, harm=harm)
    analysis_runs.keep(built, key, _outcome())
    path = analysis_runs.folder(built, key) / name
    if harm == "gone":
        path.unlink()
    else:
        path.write_bytes(path.read_bytes()[:-20])
    assert analysis_runs.load(built, key) is None
    analysis_runs.keep(built, key, _outcome())
    assert analysis_runs.load(built, key) is not None


KILL_AT = """
import os, sys
from pathlib import Path
import pandas as pd
from pipelines import analysis_runs, store
from pipelines.analysis_runs import Outcome, RunKey
from pipelines.settings import Settings
root, build, at = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
steps = iter(range(100))
def counted(function):
    def call(*given):
        if next(steps) == at:
            os.kill(os.getpid(), 9)
        return function(*given)
    return call
store.sync = counted(store.sync)
os.rename = counted(os.rename)
key = RunKey(build_id=build, name="killed", settings=(("at", at),))
analysis_runs.keep(Settings(store_root=root, ledger_url=None), key,
                   Outcome(frames={"out": pd.DataFrame({"a": [1]})}))
"""


@pytest.mark.parametrize("at", [0, 2, 4, 5])
def test_a_kill_between_steps_leaves_all_or_nothing(built, at):
    """Syncs of three files and the folder, rename, sync: before the rename there is no result."""
    build = queries.current_build_id(built)
    done = subprocess.run(
        [sys.executable, "-c", KILL_AT, str(built.store_root), build, str(at)],
        cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)}, check=False,
    )  # fmt: skip
    assert done.returncode == -9
    key = _key(built, "killed", at=at)
    assert (analysis_runs.load(built, key) is not None) == (at == 5)
    analysis_runs.clear(built)
    assert analysis_runs.leftovers(built) == []
    analysis_runs.keep(built, key, _outcome())
    assert analysis_runs.load(built, key) is not None


def test_doctor_leaves_results_alone_and_clears_halves_and_gone_builds(built):
    """A kept result is no orphan; one of a build that is gone is removed with it."""
    key = _key(built, "stays")
    analysis_runs.keep(built, key, _outcome())
    gone = RunKey(build_id="gone", name="x", settings=())
    analysis_runs.keep(built, gone, _outcome())
    (analysis_runs.folder(built, key).parent / ".tmp-half").mkdir()
    assert not next(each for each in doctor.examine(built) if each.label == "残留文件").ok
    assert doctor.repair(built) == 2
    assert next(each for each in doctor.examine(built) if each.label == "残留文件").ok
    assert analysis_runs.load(built, key) is not None
    assert analysis_runs.load(built, gone) is None


def test_two_sessions_share_a_run_and_the_last_one_cancels_it(built, runner, tmp_path):
    """One start for both; it goes on while somebody waits and ends when nobody does."""
    key = _key(built, place=str(tmp_path))
    run = runner.ask(key, "a")
    assert runner.ask(key, "b") is run
    _until(lambda: run.share == 0.5)
    assert run.step == "等放行"
    runner.leave(key, "a")
    assert run.state == "running"
    runner.leave(key, "b")
    assert run.state == "cancelled"
    assert (tmp_path / "starts").read_text() == "x"
    assert runner.outcome(key) is None


def test_after_a_cancelled_run_the_next_one_is_computed(built, runner, tmp_path):
    """Cancelling ends the process; another one takes its place."""
    key = _key(built, place=str(tmp_path))
    run = runner.ask(key, "a")
    _until(lambda: run.share == 0.5)
    runner.leave(key, "a")
    (tmp_path / "go").touch()
    again = runner.ask(key, "a")
    assert again is not run
    assert again.wait(30)
    assert again.state == "done"
    assert [1] == list(runner.outcome(key).frames["out"]["a"])


def test_a_waiting_run_can_be_cancelled_before_it_starts(built, runner, tmp_path):
    """Only the run that is called off leaves the queue."""
    first, second = _key(built, place=str(tmp_path)), _key(built, place=str(tmp_path), n=2)
    run = runner.ask(first, "a")
    runner.ask(second, "b")
    _until(lambda: run.share == 0.5)
    runner.leave(second, "b")
    (tmp_path / "go").touch()
    assert run.wait(30)
    assert (tmp_path / "starts").read_text() == "x"
    assert runner.outcome(second) is None


def test_a_failed_run_says_why_and_can_be_retried(built, runner, tmp_path):
    """The message stays until somebody asks for another try."""
    key = _key(built, "failing", place=str(tmp_path))
    assert runner.ask(key, "a").wait(30)
    assert ("failed", "数据不够，算不了") == (
        runner.ask(key, "b").state,
        runner.ask(key, "b").error,
    )
    (tmp_path / "go").touch()
    run = runner.retry(key, "b")
    assert run.wait(30)
    assert [2] == list(runner.outcome(key).frames["out"]["a"])


def test_a_worker_that_dies_is_told_and_replaced(built, runner, tmp_path):
    """The run fails in Chinese; the next run has a worker again."""
    run = runner.ask(_key(built, "dying"), "a")
    assert run.wait(30)
    assert run.state == "failed"
    assert "意外退出" in run.error
    (tmp_path / "go").touch()
    assert runner.ask(_key(built, place=str(tmp_path)), "a").wait(30)


def test_a_kept_result_is_also_of_the_selects_that_read_the_mart():
    """A select of an analysis is as much a method as its code: both are in the identity."""
    callers = "".join(
        path.read_text(encoding="utf-8")
        for path in analysis_runs.hashed_files()
        if path.parent.name == "pipelines"
    )
    asked = set(re.findall(r'"(\w+)"', callers)) & set(queries.names())
    assert {"association_kpis", "association_activities", "latent_heads"} <= asked
    assert asked <= {path.stem for path in analysis_runs.hashed_files() if path.suffix == ".sql"}


def _scope(**changes: object) -> Scope:
    return Scope(**{"first_month": "2025-03", "last_month": LAST, **changes})


def test_the_association_of_a_build_is_computed_once_and_survives_a_restart(built):
    """A second runner finds on disk, to the last digit, what ``analyse`` gives: pairs, lags and
    joint fits."""
    key = _scope().key(queries.current_build_id(built))
    first = Runner(built)
    run = first.ask(key, "a")
    assert run.wait(60)
    assert run.state == "done", run.error
    first.close()
    found = Runner(built).outcome(key)
    mart = queries.open_mart(built)
    fresh = analyse(*associations.inputs(mart, _scope()), max_lag=12, seed=key.seed)
    mart.close()
    pd.testing.assert_frame_equal(fresh.pairs, found.frames["pairs"])
    pd.testing.assert_frame_equal(fresh.lags, found.frames["lags"])
    assert key.seed == found.facts["seed"]
    kept = associations.joint_fits(found)
    assert list(fresh.joints) == list(kept)
    for kpi, fit in fresh.joints.items():
        for name in (each.name for each in fields(JointFit)):
            np.testing.assert_array_equal(getattr(fit, name), getattr(kept[kpi], name))


def test_a_pair_in_detail_is_that_of_all_kpis(built):
    """One KPI alone is read: residuals, units and r are those of the analysis of all."""
    asked = PairScope(scope=_scope(), kpi="K03", activity_type="党课", window_start=2, window_end=2)
    with closing(queries.open_mart(built)) as mart:
        found = pair_details.compute(mart, asked.key(mart.build_id), silent)
        whole = pair_detail(
            *associations.inputs(mart, _scope()), kpi="K03", activity_type="党课", window=(2, 2)
        )
    pd.testing.assert_frame_equal(whole.residuals, found.frames["residuals"])
    pd.testing.assert_frame_equal(whole.units, found.frames["units"])
    assert whole.correlation.r == found.facts["r"]


def test_what_is_there_first_is_r_as_the_analysis_has_it(built):
    """The quick part shows the same r with the same intervals and every pair, without a state."""
    with closing(queries.open_mart(built)) as mart:
        key = first_key(_scope(), mart.build_id)
        found = association_first.compute(mart, key, silent)
        whole = analyse(*associations.inputs(mart, _scope()), max_lag=12, seed=1)
    wanted = whole.lags[whole.lags["lag"] >= 0][association_first.COLUMNS]
    pd.testing.assert_frame_equal(
        wanted.reset_index(drop=True), found.frames["cells"], check_dtype=False, rtol=1e-9
    )
    pairs = whole.pairs[["kpi", "activity_type"]].sort_values(["kpi", "activity_type"])
    assert pairs.to_numpy().tolist() == found.frames["pairs"].iloc[:, :2].to_numpy().tolist()
    assert "state" not in found.frames["pairs"]


def test_a_warm_worker_ends_with_the_runner(built):
    """A worker that was started and never asked leaves no process behind."""
    warm = Runner(built, command=WORKER)
    warm.warm()
    process = warm._process
    assert process.poll() is None
    warm.close()
    assert process.poll() is not None


def test_the_scope_chooses_units_months_and_measure(built):
    """Below a group or branch its units; 12 persons and 2 hours an activity; 补录 can leave."""
    mart = queries.open_mart(built)
    everything = associations.inputs(mart, _scope())
    group = associations.inputs(mart, _scope(unit_id="G1"))
    party = associations.inputs(mart, _scope(tree="party", unit_id="P003", first_month="2026-01"))
    branches = associations.inputs(mart, _scope(tree="party"))
    people = associations.inputs(mart, _scope(measure="participant"))[1]
    hours = associations.inputs(mart, _scope(measure="hour"))[1]
    punctual = associations.inputs(mart, _scope(late=False))[1]
    mart.close()
    assert 14 == everything[0]["unit"].nunique()
    pd.testing.assert_frame_equal(everything[0], group[0])
    pd.testing.assert_frame_equal(everything[1], branches[1])
    assert [{"A002"}, {"A002"}] == [set(each["unit"]) for each in party]
    assert "2026-01" == party[0]["month"].min()
    counts = everything[1]["value"]
    np.testing.assert_allclose(counts * 12, people["value"])
    np.testing.assert_allclose(counts * 2, hours["value"])
    assert len(counts) == len(punctual)
    assert 0 < (counts - punctual["value"]).sum() < counts.sum() / 4
