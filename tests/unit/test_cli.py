"""The command line as a program: JSON, exit codes, two at the same time."""

import json
import os
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from pipelines import demo
from pipelines.ledger import Ledger
from pipelines.settings import ROOT, Settings
from tests.demo import CUT_OFF
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
    place = {"sheet": None, "header_row": 1, "header_last": 1, "first_row": 2, "last_row": 61}
    assert place.items() <= printed["region"].items()
    assert [printed["region"]] == printed["regions"]
    assert "activity_type" == printed["mapping"]["会议类型"]
    assert 55 == len(printed["rows"])
    assert 6 == len(printed["dropped_columns"])
    assert {9, 13, 17, 21, 25} <= {each["row"] for each in printed["findings"]}
    assert [] == list((store / "accepted").iterdir())


def test_inspect_prints_what_was_skipped_and_what_the_headers_say(store: Path):
    """Months side by side: kinds of skipped rows, periods of columns, no printed secret."""
    code, printed = run(store, "inspect", CROSSTAB)
    assert 0 == code
    assert {"title", "subtotal"} <= {each["kind"] for each in printed["skipped"]}
    assert "2026-01..2026-02" in {each["period"] for each in printed["columns"]}
    assert [] == printed["missing"] == printed["questions"]
    assert 0 == printed["rows_omitted"]


def test_inspect_refuses_with_code_3(store: Path, tmp_path: Path):
    """Something that is no table is refused in Chinese, without a traceback."""
    file = tmp_path / "x.csv"
    file.write_text("没有表格\n", encoding="utf-8")
    code, printed = run(store, "inspect", str(file))
    assert 3 == code
    assert "表头" in printed["refused"]


VALUES = """单位,月份,指标,发生额,目标
销售部,2026-02,营业收入,90,100
销售部,2026.1,营业收入,80,100
"""


def test_choices_are_given_as_options(store: Path, tmp_path: Path):
    """Encoding, delimiter, a column and an answer; without the answer its row waits."""
    file = tmp_path / "月报.csv"
    file.write_text(VALUES.replace(",", ";"), encoding="gb18030")
    how = ("--encoding", "gb18030", "--delimiter", "semicolon", "--column", "发生额=actual")
    code, printed = run(store, "inspect", str(file), *how)
    assert (1, ["actual"]) == (
        code,
        [each["field"] for each in printed["columns"] if each["header"] == "发生额"],
    )
    (question,) = printed["questions"]
    answer = f"{question['id']}={question['options'][1]['value']}"
    code, printed = run(store, "inspect", str(file), *how, "--answer", answer, "--replaces")
    assert (0, ["2026-02", "2026-10"]) == (code, [each["month"] for each in printed["rows"]])
    assert printed["choices"]["replaces"]


@pytest.mark.parametrize(
    ("option", "why"),
    [
        (("--column", "发生额"), "不是 --column 表头=字段 的写法"),
        (("--column", "发生额=salary"), "没有字段 salary"),
        (("--answer", "=2026-01"), "不是 --answer 编号=回答 的写法"),
    ],
)
def test_a_choice_that_says_nothing_is_refused(store: Path, option, why):
    """The option is named, nothing is read."""
    code, printed = run(store, "inspect", ROSTER, *option)
    assert 3 == code
    assert why in printed["refused"]


def test_mappings_are_listed_moved_and_forgotten(store: Path, tmp_path: Path):
    """What one store learnt another imports; a malformed file changes nothing."""
    file = tmp_path / "月报.csv"
    file.write_text(VALUES, encoding="utf-8")
    how = ("--column", "发生额=actual", "--by", "测试岗", "--yes")
    run(store, "import", str(file), *how)
    _, printed = run(store, "mappings", "list")
    (mapping,) = printed["mappings"]
    assert ("kpi_values", "actual") == (mapping["dataset"], mapping["columns"]["发生额"])
    moved = tmp_path / "mappings.json"
    assert (0, {"file": str(moved), "mappings": 1}) == run(store, "mappings", "export", str(moved))
    other = tmp_path / "other"
    code, printed = run(other, "mappings", "import", str(moved), "--by", "测试岗")
    assert (0, 1) == (code, printed["new"])
    _, printed = run(other, "inspect", str(file))
    assert printed["regions"][0]["remembered"]
    code, _ = run(other, "mappings", "forget", mapping["fingerprint"], "--by", "测试岗")
    assert 0 == code
    moved.write_text("{}")
    code, printed = run(other, "mappings", "import", str(moved), "--by", "测试岗")
    assert 3 == code
    assert "没有导入任何对应关系" in printed["refused"]
    assert (0, {"mappings": []}) == run(other, "mappings", "list")


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


def test_the_demo_goes_on_where_it_stopped(demo_settings: Settings):
    """A first start that was cut off, as that of the shared store was, is completed."""
    files = len(list((ROOT / "data/sample").glob("*.*")))
    cut_off = int((demo_settings.store_root.parent / CUT_OFF).read_text())
    assert 1 <= cut_off < files
    _, printed = run(demo_settings.store_root, "status")
    assert files == len(printed["uploads"])
    assert len(demo.decisions()) == _links_decided(demo_settings.store_root)


def test_the_demo_never_joins_own_data(tmp_path: Path):
    """A store with own data is left alone: no file, no decision."""
    run(tmp_path / "own", "import", ROSTER, "--by", "测试岗", "--yes")
    assert 0 == start(tmp_path / "own", "demo").wait(timeout=60)
    _, printed = run(tmp_path / "own", "status")
    assert 1 == len(printed["uploads"])
    assert 0 == _links_decided(tmp_path / "own")


def _links_decided(store: Path) -> int:
    with closing(Ledger(Settings(store_root=store))) as ledger:
        return len(ledger.signed_links())


def test_a_report_without_figures_asks_which_column_has_them(tmp_path: Path, store: Path):
    """No row is taken; the likely column is suggested with the words to write."""
    path = tmp_path / "月报.csv"
    path.write_text("单位,月份,指标,发生额\n甲,2026-03,营业收入,12.5万元\n", encoding="utf-8")
    asked = start(store, "inspect", str(path))
    said, _ = asked.communicate(timeout=120)
    assert 3 == asked.returncode
    assert "缺少必需的列：实际" in said
    assert "--column '发生额=actual'" in said
    code, answered = run(store, "inspect", str(path), "--column", "发生额=actual")
    assert (0, [12.5]) == (code, [row["actual"] for row in answered["rows"]])
