"""The lists of 一表双考: versions by month, an own list over the default, faults told."""

import pytest

from pipelines.assessment_rules import (
    GRADES,
    ITEMS,
    SIDES,
    default_items,
    own_list,
    rules_of,
)
from pipelines.settings import Settings

ITEM_HEAD = "side,item,floor,stretch,weight,reason,veto,source,valid_from,valid_to\n"
GRADE_HEAD = "side,grade,minimum,reason,source,valid_from,valid_to\n"


@pytest.fixture
def settings(tmp_path, monkeypatch) -> Settings:
    """A store without own lists."""
    for name in ("TONGPIN_ASSESSMENT_ITEMS", "TONGPIN_ASSESSMENT_GRADES"):
        monkeypatch.delenv(name, raising=False)
    return Settings(store_root=tmp_path)


def _own(settings: Settings, name: str, text: str, encoding: str = "utf-8") -> None:
    own_list(settings, name).write_bytes(text.encode(encoding))


def _items(settings: Settings, month: str, side: str) -> list[tuple[str, float]]:
    return [(i.item, i.weight) for i in rules_of(settings, month).items if i.side == side]


def test_the_default_lists_are_sound_and_cited(settings):
    """Both sides weigh 100 with one veto, grades fall to 0, every line has reason and source."""
    rules = rules_of(settings, "2026-09")
    assert rules.is_complete
    assert () == rules.problems
    for side in SIDES:
        own = [each for each in rules.items if each.side == side]
        assert 100 == sum(each.weight for each in own)
        assert 1 == sum(each.veto for each in own)
        least = [each.minimum for each in rules.grades[side]]
        assert 0 == least[-1] < least[-2] < least[0]
    lines = [*rules.items, *rules.grades["business"], *rules.grades["party"]]
    assert all(each.reason and each.source and each.valid_from for each in lines)
    assert {False} == {each.is_own for each in lines}
    assert default_items(settings) == rules.items


def test_an_own_list_replaces_its_side_from_its_day_on(settings):
    """The other side and earlier months keep the default; a newer version of a line wins."""
    before = _items(settings, "2026-05", "business")
    _own(
        settings,
        ITEMS,
        ITEM_HEAD
        + "business,产量,0.5,0.9,60,班子定,0,考核办法第三条,2026-06-30,\n"
        + "business,成本,0.5,0.9,40,班子定,0,考核办法第三条,2026-06-30,2026-08-31\n"
        + "business,产量,0.5,0.9,100,班子改定,0,考核办法修订,2026-09-01,\n",
        encoding="gb18030",
    )
    assert before == _items(settings, "2026-05", "business")
    assert [("产量", 60), ("成本", 40)] == _items(settings, "2026-06", "business")
    assert [("产量", 60), ("成本", 40)] == _items(settings, "2026-08", "business")
    assert [("产量", 100)] == _items(settings, "2026-09", "business")
    party = [each for each in rules_of(settings, "2026-09").items if each.side == "party"]
    assert [each for each in default_items(settings) if each.side == "party"] == party


def test_own_grades_come_best_first(settings):
    """The order of the file does not matter."""
    rows = "party,合格,0,约定,办法,2026-01-01,\nparty,优秀,90,约定,办法,2026-01-01,\n"
    _own(settings, GRADES, GRADE_HEAD + rows)
    grades = rules_of(settings, "2026-09").grades
    assert ["优秀", "合格"] == [each.grade for each in grades["party"]]
    assert "好" == grades["business"][0].grade


def test_a_month_before_all_lists_has_none(settings):
    """Nothing is judged by a rule that did not hold."""
    assert not rules_of(settings, "2017-12").is_complete
    assert rules_of(settings, "2018-01").is_complete


LINE = "business,产量,{floor},0.9,{weight},约定,{veto},办法,{day},\n"


@pytest.mark.parametrize(
    ("name", "text", "told"),
    [
        (ITEMS, LINE.format(floor="六成", weight=1, veto=0, day="2026-01-01"), "第 2 行：floor"),
        (ITEMS, LINE.format(floor=0.95, weight=1, veto=0, day="2026-01-01"), "应小于 stretch"),
        (ITEMS, LINE.format(floor=0.5, weight=5, veto=1, day="2026-01-01"), "weight 应为 0"),
        (ITEMS, LINE.format(floor=0.5, weight=1, veto="是", day="2026-01-01"), "应为 1 或 0"),
        (ITEMS, LINE.format(floor=0.5, weight=1, veto=0, day="2026年"), "应为 2026-01-01 这样"),
        (ITEMS, LINE.format(floor=0.5, weight=0, veto=0, day="2026-01-01"), "没有一项有权重"),
        (ITEMS, 2 * LINE.format(floor=0.5, weight=1, veto=0, day="2026-01-01"), "有两行"),
        (ITEMS, "个人,产量,0.5,0.9,1,约定,0,办法,2026-01-01,\n", "应为 business"),
        (GRADES, "party,好,80,约定,办法,2026-01-01,\n", "最低一档从 0 分起"),
        (GRADES, "party,好,120,约定,办法,2026-01-01,\n", "应在 0 到 110 之间"),
    ],
)
def test_an_own_list_with_a_fault_is_not_used_and_the_fault_is_told(settings, name, text, told):
    """The default stays whole; the message names file, line and column."""
    default = rules_of(settings, "2026-09")
    _own(settings, name, (ITEM_HEAD if name == ITEMS else GRADE_HEAD) + text)
    found = rules_of(settings, "2026-09")
    (problem,) = found.problems
    assert told in problem
    assert own_list(settings, name).name in problem
    assert (default.items, default.grades) == (found.items, found.grades)


def test_a_missing_column_and_a_missing_file_are_told(settings, monkeypatch, tmp_path):
    """A file named by the environment has to be there."""
    _own(settings, ITEMS, "side,item\nbusiness,产量\n")
    monkeypatch.setenv("TONGPIN_ASSESSMENT_GRADES", str(tmp_path / "没有.csv"))
    problems = rules_of(settings, "2026-09").problems
    assert ["缺少列" in problems[0], "不存在" in problems[1]] == [True, True]
