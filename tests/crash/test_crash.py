"""SIGKILL at every step of accept and of publish, and at random moments."""

import json
import os
import pickle
import subprocess
import sys
from pathlib import Path

import pytest

from pipelines.desk import Desk
from pipelines.settings import ROOT, Settings
from tests.paths import EXAMPLES

BEFORE, NEW = [10.0], [10.0, 20.0]


def kpis(month: str, value: int) -> bytes:
    return f"单位,月份,指标,实际\n第一采油厂,{month},营业收入,{value}\n".encode()


@pytest.fixture
def prepared(desk: Desk, settings: Settings, tmp_path: Path):
    """A store with a published build, and the preview of one more file."""
    for name, data in (
        ("单位名册.csv", (EXAMPLES / "单位名册.csv").read_bytes()),
        ("一.csv", kpis("2026-01", 10)),
    ):
        desk.accept(desk.inspect(name, data), by="分析员")
    desk.build()
    pickled = tmp_path / "inspection.pickle"
    inspection = desk.inspect("二.csv", kpis("2026-02", 20))
    pickled.write_bytes(pickle.dumps(inspection))
    return desk, inspection, pickled


def drive(settings: Settings, pickled: Path, kind: str, how: str, number: int) -> list[dict]:
    base = settings.store_root
    command = [sys.executable, "-m", "tests.crash.driver", str(base.with_name("tried")), str(base)]
    done = subprocess.run(
        [*command, str(pickled), kind, how, str(number)],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=500,
        check=False,
    )
    assert 0 == done.returncode, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


def check_accept(tried: list[dict], base: list[str]) -> None:
    for each in tried:
        added = [upload for upload in each["active"] if upload not in base]
        assert set(base) <= set(each["active"])
        assert len(added) <= 1
        if each["acknowledged"]:
            assert [each["acknowledged"]] == added, each
        assert each["accepted_whole"], each
        assert BEFORE == each["figures"], each
        assert each["well_after"], each
        assert (NEW if added else BEFORE) == each["figures_after"], each


@pytest.mark.parametrize(("how", "number"), [("steps", 1), ("random", 25)])
def test_killed_while_accepting(prepared, settings: Settings, how, number):
    """Every acknowledged upload is there whole, nothing half-accepted is visible."""
    desk, _, pickled = prepared
    base = [each.upload_id for each in desk.uploads()]
    tried = drive(settings, pickled, "accept", how, number)
    assert len(tried) >= 25
    assert not all(each["finished"] for each in tried)
    check_accept(tried, base)
    if how == "steps":
        outcomes = {len(each["active"]) - len(base) for each in tried}
        assert {0, 1} == outcomes
        assert any(each["removed"] for each in tried)


@pytest.mark.parametrize(("how", "number"), [("steps", 3), ("random", 25)])
def test_killed_while_publishing(prepared, settings: Settings, how, number):
    """The dashboard opens the last good build, old or new, never something between."""
    desk, inspection, pickled = prepared
    desk.accept(inspection, by="分析员")
    tried = drive(settings, pickled, "publish", how, number)
    assert len(tried) >= 25
    assert not all(each["finished"] for each in tried)
    for each in tried:
        assert each["figures"] in (BEFORE, NEW), each
        assert not each["acknowledged"] or NEW == each["figures"], each
        assert each["accepted_whole"], each
        assert each["well_after"], each
        assert NEW == each["figures_after"], each
    if how == "steps":
        assert {tuple(BEFORE), tuple(NEW)} == {tuple(each["figures"]) for each in tried}
