"""The command line as a program: JSON, exit codes, two at the same time."""

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from pipelines.settings import ROOT
from tests.paths import EXAMPLES

ROSTER = str(EXAMPLES / "单位名册.csv")
ACTIVITIES = str(EXAMPLES / "三会一课台账_导出.csv")
CROSSTAB = str(EXAMPLES / "分月收入_宽表.csv")


def start(store: Path, *arguments: str) -> subprocess.Popen[str]:
    environment = {**os.environ, "TONGPIN_STORE": str(store)}
    return subprocess.Popen(
        [sys.executable, "-m", "pipelines", *arguments],
        cwd=ROOT,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def run(store: Path, *arguments: str) -> tuple[int, dict]:
    process = start(store, *arguments, "--json")
    output, errors = process.communicate(timeout=120)
    assert "Traceback" not in errors
    return process.returncode, json.loads(output)


@pytest.fixture
def store(tmp_path: Path) -> Path:
    return tmp_path / "store"


def test_inspect_prints_how_a_file_is_read(store: Path):
    """Encoding, dataset, region, mapping, rows, findings, dropped columns; exit code 1."""
    code, printed = run(store, "inspect", ACTIVITIES)
    assert 1 == code
    assert ("gb18030", "activities") == (printed["encoding"], printed["dataset"])
    assert {"sheet": None, "header_row": 1, "first_row": 2, "last_row": 61} == printed["region"]
    assert "activity_type" == printed["mapping"]["会议类型"]
    assert 55 == len(printed["rows"])
    assert 6 == len(printed["dropped_columns"])
    assert {9, 13, 17, 21, 25} <= {each["row"] for each in printed["findings"]}
    assert [] == list((store / "accepted").iterdir())


def test_inspect_refuses_with_code_3(store: Path):
    """A shape that is not read yet is refused in Chinese, without a traceback."""
    code, printed = run(store, "inspect", CROSSTAB)
    assert 3 == code
    assert "表头" in printed["refused"]


def test_a_missing_file_is_refused(store: Path):
    """The path is named."""
    code, printed = run(store, "inspect", "/nowhere/x.csv")
    assert 3 == code
    assert "/nowhere/x.csv" in printed["refused"]


def test_import_undo_status_doctor(store: Path):
    """The life of an upload from the command line."""
    code, printed = run(store, "import", ROSTER, "--by", "测试岗", "--yes")
    assert 0 == code
    (taken,) = printed["files"]
    assert (12, False) == (taken["rows"], taken["already"])
    code, printed = run(store, "status")
    assert "accepted" == printed["uploads"][0]["state"]
    code, printed = run(store, "undo", taken["upload_id"])
    assert 0 == code
    code, printed = run(store, "undo", taken["upload_id"])
    assert 3 == code
    assert "没有可撤销" in printed["refused"]
    code, printed = run(store, "doctor")
    assert 0 == code
    assert all(each["ok"] for each in printed["checks"])


def test_import_without_consent_is_refused(store: Path):
    """Without a terminal and without --yes nothing is stored."""
    code, printed = run(store, "import", ROSTER, "--by", "测试岗")
    assert 3 == code
    assert "--yes" in printed["files"][0]["refused"]
    assert [] == list((store / "accepted").iterdir())


def test_doctor_sees_damage_and_removes_leftovers(store: Path):
    """A damaged accepted file is told; a leftover goes with --fix."""
    run(store, "import", ROSTER, "--by", "测试岗", "--yes")
    leftover = store / "accepted" / ".tmp-1-x.parquet"
    leftover.touch()
    code, _ = run(store, "doctor")
    assert 1 == code
    code, _ = run(store, "doctor", "--fix")
    assert 0 == code
    assert not leftover.exists()
    (accepted,) = (store / "accepted").iterdir()
    accepted.write_bytes(accepted.read_bytes()[:-100])
    code, printed = run(store, "doctor")
    assert 1 == code
    assert accepted.stem in printed["checks"][0]["detail"]


def test_two_imports_at_the_same_time_both_succeed(store: Path):
    """Two processes, one store: both uploads count, in order, and the build has both."""
    processes = [
        start(store, "import", file, "--by", "测试岗", "--yes", "--json")
        for file in (ROSTER, ACTIVITIES)
    ]
    results = [process.communicate(timeout=180) for process in processes]
    assert [0, 1] == [process.returncode for process in processes], results
    _, printed = run(store, "status")
    assert {"units", "activities"} == {each["dataset"] for each in printed["uploads"]}
    _, checked = run(store, "doctor")
    assert all(each["ok"] for each in checked["checks"])


def test_the_demo_goes_on_where_it_stopped_and_never_joins_own_data(tmp_path: Path):
    """A first start that was cut off is completed; a store with own data is left alone."""
    cut_off = start(tmp_path / "demo", "demo")
    while not list((tmp_path / "demo").glob("accepted/*.parquet")) and cut_off.poll() is None:
        time.sleep(0.05)
    cut_off.kill()
    cut_off.wait()
    code = start(tmp_path / "demo", "demo").wait(timeout=200)
    assert 0 == code
    _, printed = run(tmp_path / "demo", "status")
    assert len(list((ROOT / "data/sample").glob("*.*"))) == len(printed["uploads"])
    run(tmp_path / "own", "import", ROSTER, "--by", "测试岗", "--yes")
    assert 0 == start(tmp_path / "own", "demo").wait(timeout=60)
    _, printed = run(tmp_path / "own", "status")
    assert 1 == len(printed["uploads"])
