"""从哪来 of follow-up items: to the activity that an item names, and from there to its items."""

from datetime import date

import pandas as pd
import pytest

from pipelines.settings import Settings
from tests.app.leader_store import publish_frames
from tests.app.test_chain import _frames
from tests.app.test_leader_pages import _text

ITEMS = [
    ("S1", "A1", "更换照明", date(2026, 10, 20)),
    ("S2", "A1", "清点 [灯具](x)", date(2026, 12, 1)),
    ("S3", "A9", "补齐台账", date(2026, 12, 1)),
    ("S4", None, "整理库房", date(2026, 12, 1)),
]


@pytest.fixture
def linked(tmp_path, monkeypatch):
    """Two items come of A1, which is confirmed for a KPI; one names an unknown activity."""
    monkeypatch.setenv("TONGPIN_STORE", str(tmp_path / "store"))
    columns = ["action_id", "source_id", "text", "due_on"]
    publish_frames(
        Settings(),
        _frames()
        | {
            "actions": pd.DataFrame(ITEMS, columns=columns).assign(unit="01", source_kind="决议"),
            "links": pd.DataFrame(
                [("A1", "kpi", "K1", "confirmed")],
                columns=["record_id", "target_kind", "target_id", "state"],
            ),
        },
    )


@pytest.mark.parametrize(
    ("number", "told"),
    [
        (
            "S1",
            [
                "2026年10月末：■ 逾期未结 11 天",
                "由这次活动产生：节能降耗推进会",
                "● 已确认 指标“单位产值能耗”",
                "督办整改台账.csv，第 2 行",
            ],
        ),
        ("S3", ["来源编号 A9 不是已入库的活动记录编号"]),
        ("S4", ["台账没有写来源编号"]),
    ],
)
def test_an_item_says_what_it_came_of(linked, page, number, told):
    """State, row and activity with its links; without one, that there is none and why."""
    shown = page("followups")
    shown.query_params["item"] = number
    text = _text(shown.run())
    assert [] == list(shown.exception)
    assert [] == [each for each in told if each not in text]
    assert ("way_activity" in [each.key for each in shown.button]) == (number == "S1")


def test_an_item_that_is_not_there_is_told(linked, page):
    """The address names an item that no file has: said, and nothing shown."""
    shown = page("followups")
    shown.query_params["item"] = "S9"
    assert "网址里的事项“S9”这里没有" in _text(shown.run())
    assert "由这次活动产生" not in _text(shown)


def test_an_activity_lists_the_items_that_came_of_it(linked, page):
    """Only A1 led to items; both are listed with state and the way to them."""
    shown = page("chain")
    shown.query_params["record"] = "A1"
    text = _text(shown.run())
    assert [] == list(shown.exception)
    assert 1 == len(shown.selectbox(key="record").options)
    for told in ("督办事项：更换照明", "清点 [灯具](x)", "■ 逾期未结 11 天"):
        assert told in text
    ways = [each.key for each in shown.button if str(each.key).startswith("way_item_")]
    assert ["way_item_S1", "way_item_S2"] == ways


@pytest.mark.parametrize(
    ("path", "key", "figure"),
    [
        ("followups", "followup_source", "逾期未结项数 · 行政单位"),
        ("chain", "chain_source", "产生督办事项的活动 · 党组织"),
    ],
)
def test_the_rows_of_a_figure_lead_to_the_item(linked, page, path, key, figure):
    """The dialog offers the item behind the row, and then the way to it."""
    shown = page(path).run()
    shown.selectbox(key=key).set_value(figure).run()
    shown.button(key=f"{key}_open").click().run()
    assert [] == list(shown.exception)
    assert 1 == len(shown.selectbox(key="rows_way").options)
