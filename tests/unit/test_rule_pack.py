"""The rule pack with an organisation's own file over it."""

import csv

import pytest

from pipelines.doctor import examine
from pipelines.domain.catalog import datasets
from pipelines.reference import vocabularies
from pipelines.reporting import reports
from pipelines.rule_pack import (
    LOCAL_NAME,
    PERIODS,
    identity_of,
    in_force,
    rule_pack_in_force,
)
from pipelines.settings import Settings

HEAD = (
    "rule_id,label,subject,period,minimum,unit,normally,source,article,valid_from,confidence,"
    "version,valid_to,unit_kinds\n"
)
LECTURE = "party_lecture,党课,党课,季度,{minimum},次,0,本单位细则,第三条,{day},高,本2025,{end},\n"


@pytest.fixture
def settings(tmp_path, monkeypatch) -> Settings:
    """An empty store without an own file."""
    monkeypatch.delenv("TONGPIN_RULE_PACK", raising=False)
    return Settings(store_root=tmp_path)


def own(settings: Settings, *rows: str, encoding: str = "utf-8") -> None:
    (settings.store_root / LOCAL_NAME).write_bytes((HEAD + "".join(rows)).encode(encoding))


def lecture(day: str, minimum: str = "1", end: str = "") -> str:
    return LECTURE.format(day=day, minimum=minimum, end=end)


def versions(settings: Settings, rule_id: str) -> list[tuple]:
    return [
        (each.period, each.minimum, each.valid_from, each.valid_to, each.is_local)
        for each in rule_pack_in_force(settings).rules
        if each.rule_id == rule_id
    ]


def test_an_own_rule_replaces_the_default_from_its_day_on(settings):
    """The default ends the day before; the second own version ends the first."""
    own(settings, lecture("2025-01-01"), lecture("2026-01-01", "2"))
    assert [
        ("年", None, "2018-10-28", "2024-12-31", False),
        ("季度", 1.0, "2025-01-01", "2025-12-31", True),
        ("季度", 2.0, "2026-01-01", "", True),
    ] == versions(settings, "party_lecture")
    assert [("月", 1.0, "2018-10-28", "", False)] == versions(settings, "theme_day")


def test_the_rules_of_a_month_are_those_of_its_last_day(settings):
    """An own version that begins within the month counts; the one it ends does not. One that ends
    with the last day of a short month still holds in it."""
    own(settings, lecture("2025-01-01"), lecture("2026-03-01", "2"), lecture("2026-04-30", "3"))
    pack = rule_pack_in_force(settings)
    months = {"2024-12": None, "2026-02": 1.0, "2026-03": 2.0, "2026-04": 3.0}
    for month, minimum in months.items():
        assert [minimum] == [
            each.minimum for each in pack.at_end_of(month) if each.rule_id == "party_lecture"
        ]


def test_an_own_rule_older_than_the_default_leaves_nothing_of_it(settings):
    """A default version that would begin later does not come back."""
    own(settings, lecture("2010-01-01"))
    assert [("季度", 1.0, "2010-01-01", "", True)] == versions(settings, "party_lecture")


def test_an_own_rule_that_ended_does_not_revive_the_default(settings):
    """It replaced the rule from its day on; what comes after its end is for a later row."""
    own(settings, lecture("2025-01-01", "1", "2025-06-30"))
    assert "2025-06-30" == versions(settings, "party_lecture")[-1][3]
    assert 2 == len(versions(settings, "party_lecture"))


def test_a_new_rule_of_the_organisation_is_added(settings):
    """A rule that no default knows; kinds of units left blank are branches."""
    own(settings, "co_building,党建共建,党建共建,年,2,次,1,本单位细则,,2025-01-01,高,1,,\n")
    (added,) = [r for r in rule_pack_in_force(settings).rules if r.rule_id == "co_building"]
    assert (2.0, True, ("党支部",)) == (added.minimum, added.normally, added.unit_kinds)


def test_blank_kinds_are_those_of_the_rule_before(settings):
    """An own minimum does not narrow whom the rule is for."""
    own(settings, lecture("2025-01-01"))
    before, after = [r for r in rule_pack_in_force(settings).rules if r.rule_id == "party_lecture"]
    assert before.unit_kinds == after.unit_kinds
    assert "联合党支部" in after.unit_kinds


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_an_own_file_is_read_as_excel_saves_it(settings, encoding):
    """UTF-8 with or without BOM, and GB18030."""
    own(settings, lecture("2025-01-01"), encoding=encoding)
    pack = rule_pack_in_force(settings)
    assert (None, 1) == (pack.problem, pack.local_count)


@pytest.mark.parametrize(
    ("row", "told"),
    [
        (lecture("2025/1/1"), "第 2 行：valid_from 是“2025/1/1”，应为 2026-01-01 这样的日期"),
        (lecture("2025-01-01", "两次"), "minimum 是“两次”，应为数字或留空"),
        (lecture("2025-01-01", "0"), "应大于 0"),
        (lecture("2025-01-01", "nan"), "应大于 0"),
        (lecture("2025-01-01", "1", "2024-01-01"), "valid_to 早于 valid_from"),
        (lecture("2025-01-01").replace("季度", "旬"), "period 是“旬”，应为 月、季度、年、次 之一"),
        (lecture("2025-01-01").replace(",0,", ",也许,"), "normally 是“也许”"),
        (lecture("2025-01-01").replace("本单位细则", ""), "source 不能为空"),
        (lecture("2025-01-01") * 2, "有两个版本"),
    ],
)
def test_a_bad_own_file_is_told_and_the_default_stays(settings, row, told):
    """Whole file or nothing: a good row beside a bad one does not count either."""
    before = identity_of(settings)
    own(settings, "general_meeting,x,支部党员大会,月,1,次,1,x,,2025-01-01,高,1,,\n", row)
    pack = rule_pack_in_force(settings)
    assert told.removeprefix("第 2 行：") in pack.problem
    assert "仍按默认规则" in pack.problem
    assert 0 == pack.local_count
    assert before == identity_of(settings)


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"rule_id,label\nx,y\n", "缺少列"),
        (b"", "缺少列"),
        (b"\xff\xff\xff\xff", "编码"),
        (b"x" * 1024 * 1024 + b"xx", "超过 1 MB"),
        (HEAD.encode() + b"x" * 200_000, "读不成 CSV"),
    ],
)
def test_what_is_no_rule_file_is_told(settings, content, told):
    """Another file under the name; doctor says it too."""
    (settings.store_root / LOCAL_NAME).write_bytes(content)
    assert told in rule_pack_in_force(settings).problem
    (check,) = [each for each in examine(settings) if each.label == "组织生活规则"]
    assert not check.ok
    assert told in check.detail


def test_a_file_named_by_the_environment(settings, tmp_path, monkeypatch):
    """TONGPIN_RULE_PACK names it; a name without a file is told."""
    monkeypatch.setenv("TONGPIN_RULE_PACK", str(tmp_path / "rules.csv"))
    assert "不存在" in rule_pack_in_force(settings).problem
    (tmp_path / "rules.csv").write_text(HEAD + lecture("2025-01-01"), encoding="utf-8")
    assert 1 == rule_pack_in_force(settings).local_count


def test_the_own_file_makes_another_build(settings):
    """What is judged by is part of what identifies a build."""
    before = identity_of(settings)
    own(settings, lecture("2025-01-01"))
    assert before != identity_of(settings)


def test_the_default_pack_can_be_judged(settings):
    """Every rule with a period names a type of activity that the log can hold; none overlaps."""
    types = {each.code for each in vocabularies(settings)["activity_type"].entries}
    rules = rule_pack_in_force(settings).rules
    judged = [each for each in rules if each.period in PERIODS and each.unit == "次"]
    assert 8 == len(judged)
    assert {each.subject for each in judged} <= types
    assert all(each.article for each in judged if each.minimum is not None)
    assert rules == in_force(rules, [])


def test_monthly_reports_are_datasets_with_unit_and_month():
    """Labels are those of the contracts; a spelling means one dataset."""
    spellings = [each for one in reports() for each in (one.label, *one.spellings)]
    assert len(spellings) == len(set(spellings))
    for each in reports():
        contract = datasets()[each.dataset]
        assert each.label == contract.label
        assert contract.unit_field
        assert contract.period_field


def test_the_pack_file_has_no_stray_cells(settings):
    """Every line has as many cells as the head."""
    with (settings.reference_root / "rule_pack.csv").open(encoding="utf-8", newline="") as source:
        widths = {len(row) for row in csv.reader(source)}
    assert {14} == widths
