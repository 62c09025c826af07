"""单位画像 of units that were renamed, merged, split and moved."""

from __future__ import annotations

from datetime import date

import pandas as pd
import pytest

from dashboard.server import services as held
from pipelines.settings import Settings
from tests import reorganisation as group
from tests.app.leader_store import publish_frames


@pytest.fixture(scope="module")
def root(tmp_path_factory):
    """The group after its reorganisation, with one item that 动力公司 left open; built once."""
    root = tmp_path_factory.mktemp("history") / "store"
    months = [*group.BEFORE[-2:], *group.AFTER[:2]]
    whole = {
        "units": [group.roster(), group.changed_roster()],
        "unit_bridge": [group.bridge(), group.changed_bridge()],
        "kpi_definitions": [group.definitions()],
        "kpi_values": [
            group.values(months[:2], group.OLD), group.values(months[2:], group.NEW)
        ],
        "activities": [group.log(months[:2]), group.log(months[2:])],
    }  # fmt: skip
    frames = {
        name: pd.concat([group.frame(name, text) for text in texts], ignore_index=True)
        for name, texts in whole.items()
    }
    item = ("D1", "动力公司", "更换阀门", date(2026, 6, 15), "open")
    columns = ["action_id", "unit", "text", "due_on", "status"]
    frames["actions"] = pd.DataFrame([item], columns=columns)
    publish_frames(Settings(store_root=root, ledger_url=None), frames)
    return root


@pytest.fixture
def profile(root, monkeypatch, page):
    """``profile(unit, month)``: the page with both in the address."""
    monkeypatch.setenv("TONGPIN_STORE", str(root))
    held.services()

    def make(unit: str, month: str):
        made = page("unit")
        made.query_params["unit"], made.query_params["month"] = unit, month
        return made.run()

    return make


def _text(shown) -> str:
    kinds = (shown.title, shown.header, shown.markdown, shown.caption, shown.info, shown.text)
    return "\n".join(str(each.value) for kind in kinds for each in kind).replace("\\", "")


def test_a_unit_that_was_split_can_be_opened_and_says_who_went_on(profile):
    """After its end: the day, its successors with ways to them, and its own last month."""
    shown = profile("104", "2026-08")
    assert [] == list(shown.exception)
    assert "动力公司 2026年8月：2026年6月30日已撤销，督办逾期未结 1 项" in _text(shown)
    assert "2026年7月1日起由 **热力公司、电力公司** 承接；以前的数留在本单位名下" in _text(shown)
    ways = [each.label for each in shown.button if each.label.startswith("看")]
    assert ["看本单位 2026年6月", "看热力公司 2026年7月", "看电力公司 2026年7月"] == ways
    assert "动力公司（2026年6月30日撤销） · 行政单位 · 104" in shown.selectbox[0].options


@pytest.mark.parametrize(
    ("unit", "month", "came"),
    [
        ("141", "2026-07", "动力公司（2026年6月30日撤销）"),
        ("110", "2026-08", "二分厂（2026年6月30日撤销）、三分厂（2026年6月30日撤销）"),
        ("Z142", "2026-07", "动力支部（2026年6月30日撤销）"),
    ],
)
def test_a_successor_says_whence_it_came_and_that_it_has_no_year_before(profile, unit, month, came):
    """In both trees; nothing of the predecessor is counted to it."""
    text = _text(profile(unit, month))
    assert f"2026年7月1日由 **{came}** 改组而来。以前的数留在前身名下" in text
    assert "2026年7月以前没有本单位的数，比上月、比上年同月都没有自己的对照月份" in text


def test_a_successor_before_it_began_is_not_taken_for_a_unit_that_reported_nothing(profile):
    """The month before its first day says so instead of asking for files."""
    text = _text(profile("141", "2026-06"))
    assert "热力公司 2026年6月：2026年7月1日才成立" in text
    assert "请核对活动台账" not in text


def test_a_renamed_unit_is_found_by_its_old_name_and_called_by_it_then(profile):
    """One unit: the old name in the choice, in the head of an earlier month, and in its history."""
    shown = profile("101", "2026-05")
    assert "智造分厂（原第一分厂） · 行政单位 · 101" in shown.selectbox[0].options
    assert shown.title[0].value.replace("\\", "").startswith("智造分厂 2026年5月")
    assert "2020年1月1日至2026年5月15日：第一分厂，上级 制造事业部" in _text(shown)


def test_the_parent_keeps_what_a_unit_that_is_gone_left_open(profile):
    """The overdue item of 动力公司 stands on the page of its parent, told as of a gone unit."""
    shown = profile("20", "2026-08")
    items = next(each.value for each in shown.dataframe if "关系" in each.value.columns)
    assert [["动力公司", "下级（已撤销）"]] == items[["责任单位", "关系"]].to_numpy().tolist()
    assert "督办逾期未结 1 项" in _text(shown)


@pytest.mark.parametrize(
    ("unit", "month", "changed"),
    [
        ("20", "2026-07", "划入 检修公司；新成立 热力公司、电力公司；撤销 动力公司"),
        ("Z30", "2026-07", "划出 检修支部"),
        ("20", "2026-08", None),
    ],
)
def test_a_parent_says_that_its_range_changed(profile, unit, month, changed):
    """A jump that comes from units that came or left is told as such, in that month only."""
    said = [each for each in _text(profile(unit, month)).split("\n") if "下级范围变了" in each]
    assert ([] if changed is None else [changed]) == [
        each.split("：")[1].split("。")[0] for each in said
    ]


def test_a_unit_that_always_was_as_it_is_has_no_history(profile):
    """Nothing is said where nothing happened."""
    assert "沿革" not in [each.value for each in profile("10", "2026-08").header]
