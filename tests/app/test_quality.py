"""数据质量: the finding in the title, the lists, the 说明 of a unit, and the empty states."""

from __future__ import annotations

import shutil
from datetime import date, datetime

import pandas as pd
import pytest

from dashboard.server import services as held
from pipelines.settings import Settings
from tests.app.leader_store import publish_frames

SINCE = date(2020, 1, 1)
AGENDA = "围绕月度重点，逐项分析防汛保供：低洼点位20项；划定完成时限并挂图推进"


def _activity(number: str, start: str, recorded: str, **more: object) -> dict[str, object]:
    moments = {
        "start_at": datetime.fromisoformat(start),
        "recorded_at": datetime.fromisoformat(recorded),
    }
    return {
        "record_id": number,
        "unit": "D1",
        "activity_type": "主题党日",
        "title": "主题 *党日*",
        "present_count": 9,
        **moments,
        **more,
    }


def _frames() -> dict[str, pd.DataFrame]:
    units = [
        {"unit_id": "D1", "unit_name": "一支部 <b>", "tree": "party", "valid_from": SINCE},
        {"unit_id": "D2", "unit_name": "二支部", "tree": "party", "valid_from": SINCE},
    ]
    quiet = [_activity(f"Q{m}", f"2026-0{m}-03 09:00", f"2026-0{m}-03 19:00") for m in range(1, 9)]
    burst = [
        _activity(f"B{d}", f"2026-10-{d} 09:00", f"2026-10-{d} 19:00") for d in (12, 13, 14, 15)
    ]
    rows = [
        *quiet,
        *burst,
        _activity("R1", "2026-09-03 09:00", "2026-09-30 09:00", agenda=AGENDA),
        _activity("R2", "2026-10-01 09:00", "2026-10-01 19:00", agenda=AGENDA.replace("20", "21")),
        _activity("R3", "2026-10-02 09:00", "2026-10-02 19:00", unit="D2", form="观影"),
    ]
    event = {"event_id": "E1", "start_on": date(2026, 10, 16), "kind": "迎检", "label": "年度检查"}
    return {
        "units": pd.DataFrame(units),
        "activities": pd.DataFrame(rows),
        "events": pd.DataFrame([event]),
    }


@pytest.fixture(scope="module")
def quality_root(tmp_path_factory):
    """One late record, one copy, one burst of four, one film without a result."""
    root = tmp_path_factory.mktemp("quality") / "store"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TONGPIN_STORE", str(root))
        publish_frames(Settings(), _frames())
    return root


@pytest.fixture
def quality(quality_root, tmp_path, monkeypatch):
    """The page on a copy of that store."""
    shutil.copytree(quality_root, tmp_path / "store")
    monkeypatch.setenv("TONGPIN_STORE", str(tmp_path / "store"))
    return held.services()


def _table(shown, column: str) -> pd.DataFrame:
    return next(each.value for each in shown.dataframe if column in each.value.columns)


def _text(shown) -> str:
    kinds = (shown.title, shown.header, shown.markdown, shown.caption, shown.info, shown.success)
    return "\n".join(str(each.value) for kind in kinds for each in kind).replace("\\", "")


def test_the_title_counts_the_month(quality, page):
    """October: 6 records; the copy and the four of the burst are doubted, the film is not."""
    shown = page("quality").run()
    assert list(shown.exception) == []
    assert "2026年10月：6 条活动记录中 5 条有核对线索，0 条已有单位说明" == shown.title[0].value
    counts = _table(shown, "已有说明").set_index("检查")["线索"]
    assert {
        "补录": 0,
        "倒签": 0,
        "突击": 4,
        "雷同": 1,
        "套开": 0,
        "人数矛盾": 0,
        "痕迹无结果": 1,
    } == counts.to_dict()
    assert not [word for word in ("导致", "带动", "造假", "违规") if word in _text(shown)]


def test_every_check_says_what_it_means_and_what_not(quality, page):
    """Definition, threshold with its source, and the limits of each check stand on the page."""
    text = _text(page("quality").run())
    assert 7 == text.count("不说明：")
    assert "5 天：登记日比举办日晚于这么多天" in text


def test_filters_choose_month_organisation_and_check(quality, page):
    """All months show the late record of September; one organisation or check only its own."""
    shown = page("quality").run()
    shown.selectbox(key="activity_month").set_value("all").run()
    assert 7 == len(_table(shown, "单位说明"))
    shown.selectbox(key="check").set_value("late_record").run()
    assert ["R1"] == _table(shown, "单位说明")["编号"].tolist()
    shown.selectbox(key="organisation").set_value("D2").run()
    assert "没有符合条件的线索" in shown.info[0].value.replace("\\", "")


def test_a_finding_names_its_row_and_shows_both_records(quality, page):
    """File, row and post stand with it; the copy and what it repeats stand side by side."""
    shown = page("quality").run()
    row = _table(shown, "单位说明").set_index("编号").loc["R2"]
    assert ("党建活动台账.csv", "经营部分析员") == (row["文件"], row["提交岗位"])
    shown.selectbox(key="finding").set_value("near_duplicate:R2").run()
    beside = _table(shown, "对照").set_index("项目")
    assert ("R2", "R1") == tuple(beside.loc["编号", ["本条", "对照"]])
    assert AGENDA == beside.loc["议程", "对照"]
    assert f"**对照议程**　{AGENDA}" in _text(shown)


def test_a_statement_needs_a_post_and_then_stands_beside_the_finding(quality, page):
    """Saved with a post, shown in the table and the title; emptied, it is gone again."""
    shown = page("quality").run()
    shown.selectbox(key="finding").set_value("near_duplicate:R2").run()
    shown.text_area(key="text_near_duplicate_R2").set_value("同一主题分两次学习").run()
    assert shown.button(key="save_near_duplicate_R2").disabled
    shown.text_input(key="by").set_value("一支部组织委员").run()
    shown.button(key="save_near_duplicate_R2").click().run()
    assert list(shown.exception) == []
    assert "的说明已保存" in _text(shown)
    assert "5 条有核对线索，1 条已有单位说明" in shown.title[0].value
    said = _table(shown, "单位说明").set_index("编号")["单位说明"]
    assert "同一主题分两次学习" == said["R2"]
    shown.text_area(key="text_near_duplicate_R2").set_value("").run()
    shown.button(key="save_near_duplicate_R2").click().run()
    assert "5 条有核对线索，0 条已有单位说明" in shown.title[0].value


def test_one_statement_serves_a_whole_burst(quality, page):
    """Four records of one stretch of days need one text, unless the unit wants otherwise."""
    shown = page("quality").run()
    shown.selectbox(key="finding").set_value("burst:B13").run()
    shown.text_area(key="text_burst_B13").set_value("按上级部署集中开展").run()
    shown.text_input(key="by").set_value("一支部书记岗").run()
    shown.button(key="save_burst_B13").click().run()
    assert "4 条已有单位说明" in shown.title[0].value


def test_a_statement_with_personal_numbers_is_refused(quality, page):
    """A telephone number is not kept, and the page says so."""
    shown = page("quality").run()
    shown.selectbox(key="finding").set_value("near_duplicate:R2").run()
    shown.text_area(key="text_near_duplicate_R2").set_value("请致电 13800138000").run()
    shown.text_input(key="by").set_value("一支部书记岗").run()
    shown.button(key="save_near_duplicate_R2").click().run()
    assert "没有保存" in shown.error[0].value
    assert quality.desk.statements().explanations == ()


def test_names_and_titles_are_literal(quality, page):
    """Markup in a unit's name is shown as characters."""
    shown = page("quality").run()
    assert "一支部 <b>" in set(_table(shown, "单位说明")["党组织"])


def test_without_activities_the_page_says_what_to_do(store, page):
    """An empty store: why there is nothing, and where to begin."""
    shown = page("quality").run()
    assert list(shown.exception) == []
    assert "党建活动台账" in _text(shown)


def test_rule_results_of_uploads_are_listed(filled, page):
    """Real uploads through the desk: rules that ran and rows held back stand by upload."""
    shown = page("quality").run()
    results = _table(shown, "暂扣行")
    assert (results["规则"] > 0).all()
    assert len(filled.desk.uploads()) == len(results)
