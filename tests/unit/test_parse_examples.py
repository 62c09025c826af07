"""The files as organisations have them give exactly what they mean, through the command line."""

import json

import pytest

from pipelines.cli.main import main
from tests.meant import FILES, SKIPPED, WHY, in_their_keys, meant
from tests.parsing import parse
from tests.paths import EXAMPLES


@pytest.fixture(scope="module")
def inspected(tmp_path_factory):
    """`python -m pipelines inspect FILE --json` of every example, each file once."""
    patch = pytest.MonkeyPatch()
    patch.setenv("TONGPIN_STORE", str(tmp_path_factory.mktemp("store")))
    known = {}

    def run(name: str, capsys) -> dict:
        if name not in known:
            code = main(["inspect", str(EXAMPLES / name), "--json"])
            known[name] = {**json.loads(capsys.readouterr().out), "code": code}
        return known[name]

    yield run
    patch.undo()


@pytest.mark.parametrize("name", FILES)
def test_rows(name, inspected, capsys):
    """Every row and value, in order, none more."""
    expected, got = meant(name), inspected(name, capsys)
    assert expected["dataset"] == got["dataset"]
    keys = list(expected["rows"][0])
    assert expected["rows"] == [in_their_keys(row, keys) for row in got["rows"]]
    assert (1 if expected["findings"] else 0) == got["code"]


@pytest.mark.parametrize("name", FILES)
def test_findings_that_hold_rows_back(name, inspected, capsys):
    """The same rows for the same reasons; what only warns or informs is ours to add."""
    expected, got = meant(name), inspected(name, capsys)
    critical = [each for each in got["findings"] if each["severity"] == "critical"]
    assert [(each["row"], WHY[each["why"]]) for each in expected["findings"]] == [
        (each["row"], each["rule"]) for each in critical
    ]
    for theirs, ours in zip(expected["findings"], critical, strict=True):
        assert theirs.get("value", ours["value"]) == ours["value"]
        if "column" in theirs:
            assert theirs["column"] == ours["column"].split(" / ")[-1]


@pytest.mark.parametrize("name", FILES)
def test_encoding_skipped_rows_and_dropped_columns(name, inspected, capsys):
    """What was read as what, left out and dropped."""
    expected, got = meant(name), inspected(name, capsys)
    assert expected.get("encoding", got["encoding"]) == got["encoding"]
    assert expected.get("dropped_columns", []) == got["dropped_columns"]
    if "skipped" in expected:
        kinds = dict.fromkeys(each["kind"] for each in got["skipped"])
        assert [SKIPPED[each] for each in expected["skipped"]] == list(kinds)


def test_leading_zeros_are_kept(inspected, capsys):
    """Codes are text."""
    assert meant("单位名册.csv")["leading_zeros_kept"]
    codes = [row["unit_id"] for row in inspected("单位名册.csv", capsys)["rows"]]
    assert "0102" in codes


def test_strata_too_small_to_show_are_named(inspected, capsys):
    """The same strata that the expectation would suppress get a warning."""
    got = inspected("问卷汇总.csv", capsys)
    small = {e["row"] for e in got["findings"] if e["rule"] == "survey_counts.base_n.large_enough"}
    strata = {row["stratum"] for row in got["rows"] if row["_row"] in small}
    assert set(meant("问卷汇总.csv")["suppressed_strata"]) == strata


def test_a_secret_row_leaves_no_trace_but_its_number(inspected, capsys):
    """Nothing of a row above 内部 is in the rows or the findings."""
    got = inspected("三会一课台账_导出.csv", capsys)
    assert [17] == got["secret_rows"]
    assert "SHYK2026015" not in json.dumps(got)


def test_telephone_numbers_in_texts_hold_the_row_back():
    """A number that looks personal is not stored, and the finding does not repeat it."""
    data = (
        "单位,活动类型,活动名称,开始时间\n"
        "一支部,党课,联系 13800000000 报名,2026-03-01\n"
        "一支部,党课,专题党课,2026-03-02\n"
    ).encode()
    got = parse(data)
    assert ["专题党课"] == got.table["title"].to_pylist()
    assert (2,) == got.personal_rows
    assert "13800000000" not in str(got.findings)


def test_a_row_wider_than_the_header_is_held_back():
    """An unquoted comma shifts columns: the row gives a critical finding."""
    got = parse("单位,月份,指标,实际\n甲,2026-03,收入,1,234\n乙,2026-03,收入,5\n".encode())
    assert [("row_too_wide", 2)] == [(each.rule, each.row) for each in got.findings]
    assert frozenset({0}) == got.held


def test_records_without_a_number_get_one_and_it_is_told():
    """A derived key depends on content only, so the same record is the same next month."""
    data = (EXAMPLES / "整改台账.xlsx").read_bytes()
    first = parse(data).table["action_id"].to_pylist()
    assert first == parse(data).table["action_id"].to_pylist()
    assert len(set(first)) == 14
    assert ["derived_action_id"] == [each.rule for each in parse(data).findings]


def test_a_due_cell_that_is_neither_date_nor_word_is_told_at_its_cell():
    """The finding names the column as written, and the row waits."""
    got = parse("责任单位,问题描述,完成时限\n甲,一,下周\n乙,二,长期坚持\n".encode(), "actions")
    told = [(e.rule, e.row, e.column, e.value) for e in got.findings if e.severity == "critical"]
    assert [("typed_due_raw", 2, "完成时限", "下周")] == told
    assert frozenset({0}) == got.held
