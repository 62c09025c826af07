"""The files as organisations have them: those with a plain header give exactly the rows meant."""

import json
from datetime import date, datetime

import pytest

from pipelines.intake.parse import parse
from pipelines.settings import Settings
from tests.paths import EXAMPLES


def expected(name: str) -> dict:
    return json.loads((EXAMPLES / f"{name}.expected.json").read_text(encoding="utf-8"))


def parsed(name: str):
    return parse((EXAMPLES / name).read_bytes(), None, Settings())


def plain(value: object) -> object:
    if isinstance(value, datetime):
        return value.date().isoformat()
    return value.isoformat() if isinstance(value, date) else value


@pytest.mark.parametrize("name", ["单位名册.csv", "问卷汇总.csv", "整改台账.xlsx"])
def test_plain_files_give_the_rows_meant(name):
    """Every row and value of the expectation, in order, without a critical finding."""
    meant, got = expected(name), parsed(name)
    assert meant["dataset"] == got.dataset
    rows = [
        {key: plain(row[key]) for key in wanted}
        for row, wanted in zip(got.table.to_pylist(), meant["rows"], strict=True)
    ]
    assert meant["rows"] == rows
    assert not [each for each in got.findings if each.severity == "critical"]


def test_the_activity_export_gives_its_rows_and_drops_people():
    """三会一课 export: 25 columns, personal ones dropped, the secret row refused."""
    meant, got = expected("三会一课台账_导出.csv"), parsed("三会一课台账_导出.csv")
    assert (meant["encoding"], meant["dataset"]) == (got.encoding, got.dataset)
    assert meant["dropped_columns"] == list(got.dropped_columns)
    assert (17,) == got.secret_rows
    by_id = {row["record_id"]: row for row in got.table.to_pylist()}
    for row in meant["rows"]:
        found = by_id[row["record_id"]]
        assert row["unit"] == found["unit"].removesuffix("党支部")
        assert row["held_on"] == found["start_at"].date().isoformat()
        assert row["recorded_on"] == found["recorded_at"].date().isoformat()
        for key in ("activity_type", "due_count", "present_count", "keywords"):
            assert row[key] == found[key]


def test_a_secret_row_leaves_no_trace_but_its_number():
    """Nothing of a row above 内部 is in the table or the findings."""
    got = parsed("三会一课台账_导出.csv")
    assert "SHYK2026015" not in got.table["record_id"].to_pylist()
    assert not [each for each in got.findings if each.value and "秘密" in each.value]


def test_telephone_numbers_in_texts_hold_the_row_back():
    """A number that looks personal is not stored, and the finding does not repeat it."""
    data = (
        "单位,活动类型,活动名称,开始时间\n"
        "一支部,党课,联系 13800000000 报名,2026-03-01\n"
        "一支部,党课,专题党课,2026-03-02\n"
    ).encode()
    got = parse(data, None, Settings())
    assert ["专题党课"] == got.table["title"].to_pylist()
    assert (2,) == got.personal_rows
    assert "13800000000" not in str(got.findings)


def test_a_row_wider_than_the_header_is_held_back():
    """An unquoted comma shifts columns: the row gives a critical finding."""
    data = "单位,月份,指标,实际\n甲,2026-03,收入,1,234\n乙,2026-03,收入,5\n".encode()
    got = parse(data, None, Settings())
    assert [("row_too_wide", 2)] == [(each.rule, each.row) for each in got.findings]


def test_records_without_a_number_get_one_and_it_is_told():
    """A derived key depends on content only, so the same record is the same next month."""
    first = parsed("整改台账.xlsx").table["action_id"].to_pylist()
    assert first == parsed("整改台账.xlsx").table["action_id"].to_pylist()
    assert len(set(first)) == 14
    assert ["derived_action_id"] == [each.rule for each in parsed("整改台账.xlsx").findings]
