"""融合链: the finding, the queue that a person works off, and what stands outside the chain."""

import shutil
from contextlib import closing
from datetime import date, datetime

import pandas as pd
import pytest

from benchmarks.prepare import accept
from dashboard.server import services as held
from pipelines.domain.statements import LinkDecision
from pipelines.ledger import Ledger
from pipelines.settings import Settings
from tests.app.leader_store import publish_frames
from tests.app.test_leader_pages import _text

SINCE, NEXT = date(2020, 1, 1), datetime(2026, 12, 2, 9, 0)
POST = "党建部分析员"


def _frames() -> dict[str, pd.DataFrame]:
    """Five activities of October: three about energy, two with its keyword; one about nothing."""
    activities = [
        ("A1", "节能降耗推进会", "党建+节能"),
        ("A2", "照明节能改造 [x](y)", "党建+节能"),
        ("A3", "节能降耗专题党课", None),
        ("A4", "换届选举", "支部建设"),
        ("A5", "读书分享", None),
    ]
    return {
        "units": pd.DataFrame(
            [("D1", "一支部", "party"), ("01", "甲厂", "admin")],
            columns=["unit_id", "unit_name", "tree"],
        ).assign(valid_from=SINCE),
        "unit_bridge": pd.DataFrame(
            [("D1", "01", 1.0, SINCE)],
            columns=["party_unit_id", "admin_unit_id", "share", "valid_from"],
        ),
        "kpi_definitions": pd.DataFrame(
            [("K1", "单位产值能耗", "吨", "down", "mean"), ("K2", "营业收入", "元", "up", "sum")],
            columns=["kpi_id", "name", "unit_of_measure", "direction", "aggregation"],
        ).assign(valid_from=SINCE),
        "kpi_values": pd.DataFrame(
            [("01", "2026-10", "K1", 120.0, 100.0), ("01", "2026-10", "K2", 50.0, 100.0)],
            columns=["unit", "month", "kpi", "actual", "target"],
        ),
        "activities": pd.DataFrame(activities, columns=["record_id", "title", "keywords"]).assign(
            unit="D1", activity_type="党课", start_at=datetime(2026, 10, 8, 9, 0)
        ),
    }


def _title(shown) -> str:
    return shown.title[0].value.replace("\\", "")


@pytest.fixture(scope="module")
def published(tmp_path_factory):
    """The small organisation, published once; to be copied."""
    root = tmp_path_factory.mktemp("chain") / "store"
    publish_frames(Settings(store_root=root), _frames())
    return root


@pytest.fixture
def chain(published, tmp_path, monkeypatch):
    """The services on the small organisation, in a store of its own."""
    shutil.copytree(published, tmp_path / "store")
    monkeypatch.setenv("TONGPIN_STORE", str(tmp_path / "store"))
    return held.services()


def _told(shown) -> list[str]:
    """What the page says about decisions of others."""
    said = [each.value.replace("\\", "") for each in shown.info]
    return [each for each in said if "别人作了决定" in each]


def _states(desk) -> set[tuple[str, str, str, str]]:
    return {(e.record_id, e.keyword, e.target_id, e.state) for e in desk.statements().links}


def test_the_head_states_how_much_is_linked(chain, page):
    """Nothing is confirmed yet; three of five have a suggestion; one of two weak KPIs is met."""
    shown = page("chain").run()
    assert [] == list(shown.exception)
    assert "2026年10月：5 次活动都还没有确认挂接，3 次有系统建议待确认" == _title(shown)
    values = {each.label: each.value for each in shown.metric}
    assert values == {
        "挂接率（已确认）": "0.0%",
        "挂接率（含系统建议）": "60.0%",
        "薄弱环节覆盖": "50.0%",
    }
    text = _text(shown)
    for each in ("阶段覆盖、同步天数（中位）（要重点任务", "闭环率（要督办整改台账"):
        assert each in text
    assert not [word for word in ("导致", "带动", "显著") if word in _text(shown)]


def test_nothing_is_decided_without_a_post(chain, page):
    """The buttons are there and do nothing until somebody says in which post."""
    shown = page("chain").run()
    buttons = [each for each in shown.button if each.label == "确认"]
    assert buttons
    assert all(each.disabled for each in buttons)
    assert "填写确认人岗位后可以确认或否决" in _text(shown)


def test_a_keyword_confirmed_once_changes_the_figures_and_can_be_taken_back(chain, page):
    """Both activities with the keyword are confirmed after one click; 撤回 brings them back."""
    shown = page("chain").run()
    shown.text_input(key="by").input(POST).run()
    shown.button(key="link_confirmed_党建+节能_K1").click().run()
    assert [] == list(shown.exception)
    assert {("", "党建+节能", "K1", "confirmed")} == _states(chain.desk)
    assert "5 次活动中 40.0% 已确认挂接，另有 1 次有系统建议" in _title(shown)
    assert "已确认：关键词“党建+节能”" in shown.success[0].value.replace("\\", "")
    shown.button(key="link_back_1").click().run()
    assert set() == _states(chain.desk)
    assert "都还没有确认挂接" in _title(shown)


def test_a_rejection_may_say_why(chain, page):
    """Chosen from the list or written: kept with the decision and shown beside it; the button
    waits for a reason, and the one without stands beside it."""
    shown = page("chain").run()
    shown.text_input(key="by").input(POST).run()
    assert shown.button(key="link_why_党建+节能_K1").disabled
    reason = shown.selectbox(key="link_reason_党建+节能_K1")
    assert "只是用语相近" in reason.options
    reason.set_value("只是用语相近").run()
    shown.button(key="link_why_党建+节能_K1").click().run()
    assert [] == list(shown.exception)
    (kept,) = chain.desk.statements().links
    assert ("rejected", "只是用语相近") == (kept.state, kept.reason)
    assert f"{POST}，20" in _text(shown)
    assert "，理由：只是用语相近" in _text(shown)


def test_a_click_on_what_another_decided_does_nothing_and_says_so(chain, page):
    """Two sessions see the same keyword; the first rejects it. The click of the second, on a page
    from before, decides nothing - not what moved up either - and it reads who was first."""
    first, second = page("chain").run(), page("chain").run()
    for each, post in ((first, POST), (second, "组织部分析员")):
        each.text_input(key="by").input(post).run()
    first.button(key="link_rejected_党建+节能_K1").click().run()
    assert [] == _told(first)
    second.button(key="link_confirmed_党建+节能_K1").click().run()
    assert {("", "党建+节能", "K1", "rejected")} == _states(chain.desk)
    (told,) = _told(second)
    assert "别人作了决定：关键词“党建+节能” → 指标“单位产值能耗”由“党建部分析员”于" in told
    assert not second.success
    assert [] == _told(second.run())


def test_a_decision_that_came_second_is_left_out_and_named(chain, page):
    """Another decided on one of three records after this page was made and before it is built:
    the other two are kept, the third stays as it was decided first."""
    shown = page("chain").run()
    shown.text_input(key="by").input(POST).run()
    shown.button_group(key="link_way").set_value("按挂接对象").run()
    earlier = LinkDecision(record_id="A3", target_kind="kpi", target_id="K1", state="rejected")
    chain.desk.state([earlier], by="组织部分析员")
    shown.button(key="link_confirmed_all_K1").click().run()
    assert {
        ("A1", "", "K1", "confirmed"),
        ("A2", "", "K1", "confirmed"),
        ("A3", "", "K1", "rejected"),
    } == _states(chain.desk)
    assert "没有保存：活动 A3" in shown.warning[0].value.replace("\\", "")
    assert "由“组织部分析员”于" in shown.warning[0].value.replace("\\", "")
    assert "已确认：其余 2 项" in shown.success[0].value.replace("\\", "")


def test_what_one_click_decided_is_taken_back_with_one_click(chain, page):
    """Three records confirmed together; each row says who and when; one button undoes all three."""
    shown = page("chain").run()
    shown.text_input(key="by").input(POST).run()
    shown.button_group(key="link_way").set_value("按挂接对象").run()
    shown.button(key="link_confirmed_all_K1").click().run()
    assert 3 == len(_states(chain.desk))
    assert f"{POST}，20" in _text(shown)
    (together,) = [each for each in shown.button if each.label == "撤回同一次的 3 项"]
    together.click().run()
    assert set() == _states(chain.desk)


def test_a_confirmed_keyword_reaches_next_months_file_and_the_page_says_so(chain, page):
    """The keyword is confirmed in October; November's activity with it comes confirmed."""
    shown = page("chain").run()
    shown.text_input(key="by").input(POST).run()
    shown.button(key="link_confirmed_党建+节能_K1").click().run()
    held_later = pd.DataFrame(
        [("A6", "节能降耗回头看", "党建+节能"), ("A7", "换届", "支部建设")],
        columns=["record_id", "title", "keywords"],
    ).assign(unit="D1", activity_type="党课", start_at=datetime(2026, 11, 5, 9, 0))
    figures = _frames()["kpi_values"].assign(month="2026-11")
    with closing(Ledger(Settings())) as ledger:
        for name, frame in (("activities", held_later), ("kpi_values", figures)):
            accept(Settings(), ledger, name, frame, f"U2-{name}", by=POST, at=NEXT)
    chain.desk.build()
    shown = page("chain").run()
    assert "2026年11月：2 次活动中 50.0% 已确认挂接" in _title(shown)
    assert "已确认的 1 次都是按对关键词的决定自动确认的" in _text(shown)


def test_records_of_a_target_are_decided_one_by_one_and_in_bulk(chain, page):
    """One is rejected alone; the two that are left are confirmed together."""
    shown = page("chain").run()
    shown.text_input(key="by").input(POST).run()
    shown.button_group(key="link_way").set_value("按挂接对象").run()
    assert "照明节能改造 [x](y)" in _text(shown)
    shown.button(key="link_rejected_A3_K1").click().run()
    assert {("A3", "", "K1", "rejected")} == _states(chain.desk)
    shown.button(key="link_confirmed_all_K1").click().run()
    assert {("A1", "", "K1", "confirmed"), ("A2", "", "K1", "confirmed")} < _states(chain.desk)
    assert "40.0% 已确认挂接，没有待确认的系统建议" in _title(shown)


def test_ticked_records_are_decided_together(chain, page):
    """Two of three are ticked; only these are confirmed."""
    shown = page("chain").run()
    shown.text_input(key="by").input(POST).run()
    shown.button_group(key="link_way").set_value("按挂接对象").run()
    for record in ("A1", "A3"):
        shown.checkbox(key=f"link_pick_{record}_K1").check().run()
    shown.button(key="link_confirmed_records").click().run()
    assert {("A1", "", "K1", "confirmed"), ("A3", "", "K1", "confirmed")} == _states(chain.desk)


def test_activities_without_any_link_are_listed(chain, page):
    """The two about nothing that is measured, and no judgement on them."""
    shown = page("chain").run()
    (found,) = [each.value for each in shown.dataframe if "类型" in each.value.columns]
    assert ["A4", "A5"] == found["记录编号"].tolist()
    assert "不是每次活动都要挂接业务" in _text(shown)


def test_follow_up_items_without_a_source_are_no_zero(chain, page):
    """Where the list names no source activity the station says so instead of 0."""
    shown = page("chain").run()
    stations = shown.dataframe[0].value.set_index("环节")["次数"]
    assert "5" == stations["党建活动"]
    assert "—" == stations["其中：产生督办事项"]


def test_every_number_of_the_chain_has_a_way_to_its_rows(tmp_path, monkeypatch, page):
    """Two activities led to three items, one of them is confirmed: each station's number is a
    measure in the list, and the dialog recomputes it from rows that name the item."""
    monkeypatch.setenv("TONGPIN_STORE", str(tmp_path / "store"))
    items = [("S1", "A1"), ("S2", "A1"), ("S3", "A4")]
    publish_frames(
        Settings(),
        _frames()
        | {
            "actions": pd.DataFrame(items, columns=["action_id", "source_id"]).assign(
                unit="01", text="更换照明", source_kind="决议", due_on=date(2026, 12, 1)
            ),
            "links": pd.DataFrame(
                [("A1", "kpi", "K1", "confirmed")],
                columns=["record_id", "target_kind", "target_id", "state"],
            ),
        },
    )
    shown = page("chain").run()
    stations = shown.dataframe[0].value.set_index("环节")["次数"]
    assert ["5", "1", "2", "2", "1"] == stations.tolist()
    choice = shown.selectbox(key="chain_source")
    wanted = (
        "党建活动次数",
        "待确认的活动",
        "产生督办事项的活动",
        "已确认挂接并产生督办事项的活动",
    )
    assert {f"{each} · 党组织" for each in wanted} < set(choice.options)
    choice.set_value("产生督办事项的活动 · 党组织").run()
    shown.button(key="chain_source_open").click().run()
    assert [] == list(shown.exception)
    (behind,) = [each.value for each in shown.dataframe if "督办事项" in each.value.columns]
    assert [("节能降耗推进会", "S1", 2), ("换届选举", "S3", 1)] == list(
        behind[["内容", "督办事项", "督办事项数"]].itertuples(index=False, name=None)
    )
    assert "由上面 2 行重算得 2次" in _text(shown)


def test_a_decision_of_another_build_shows_its_target(chain, page):
    """A link to something that is no longer there is still listed, so that it can be taken back."""
    gone = LinkDecision(record_id="A1", target_kind="carrier", target_id="Z9", state="confirmed")
    chain.desk.state([gone], by=POST)
    assert "Z9（已不在库中）" in _text(page("chain").run())


def test_an_empty_store_says_what_to_do(store, page):
    """No traceback, no empty table: why and the next step."""
    shown = page("chain").run()
    assert [] == list(shown.exception)
    assert "上传入库" in _text(shown)
