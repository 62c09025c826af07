"""总览, 显绩·潜绩 and 关联分析 on a small planted organisation, and with too little of it."""

from __future__ import annotations

import re
import shutil
import time

import pandas as pd
import pytest

from dashboard.components.chain_figures import CHAIN
from dashboard.format import number_with_unit
from dashboard.server import services as held
from pipelines.measures import measure
from tests.app.leader_store import build_store, keep_association, keep_latent


def _built(tmp_path_factory, name, **options):
    root = tmp_path_factory.mktemp(name) / "store"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TONGPIN_STORE", str(root))
        settings = build_store(**options)
        keep_association(settings)
        keep_latent(settings)
    return root


@pytest.fixture
def without_activities(tmp_path_factory, monkeypatch):
    """KPI figures but no activity log at all."""
    root = _built(tmp_path_factory, "quiet", units=14, months=8, with_activities=False)
    monkeypatch.setenv("TONGPIN_STORE", str(root))
    return held.services()


def _text(shown) -> str:
    """Everything a reader sees as words, without the backslashes that keep it literal."""
    kinds = (shown.title, shown.header, shown.subheader, shown.markdown, shown.caption, shown.info)
    return "\n".join(str(each.value) for kind in kinds for each in kind).replace("\\", "")


@pytest.mark.parametrize("url_path", ["overview", "quadrant", "association"])
def test_leader_pages_show_without_error(planted, page, url_path):
    """No exception, no error box, a finding as the title, no word of cause."""
    shown = page(url_path).run()
    assert list(shown.exception) == []
    assert list(shown.error) == []
    assert shown.title[0].value
    assert not [word for word in ("导致", "带动", "促进", "显著") if word in _text(shown)]


@pytest.mark.parametrize("url_path", ["overview", "quadrant", "association"])
def test_leader_pages_say_what_is_missing_without_activities(without_activities, page, url_path):
    """KPIs alone: the page stands, and where it needs activities it says so."""
    shown = page(url_path).run()
    assert list(shown.exception) == []
    if url_path != "overview":
        assert "党建活动台账" in _text(shown)


def test_overview_counts_the_month_and_leaves_the_placebo_out(planted, page):
    """Five KPIs are stored, one is a placebo: the title and the cards speak of four."""
    shown = page("overview").run()
    assert "4 项有目标的指标" in shown.title[0].value
    chain = {measure(name).label for name, _ in CHAIN}
    labels = [each.label for each in shown.metric]
    assert len([each for each in labels if each not in chain]) == 4
    told = [measure(name).label for name, _ in CHAIN if measure(name).label in labels]
    assert labels[: len(told)] == told


def test_a_figure_of_the_chain_opens_where_it_comes_from(planted, page):
    """The dialog holds the definition, the division and the rows of exactly this figure."""
    shown = page("overview").run()
    tile = next(each for each in shown.metric if each.label == "挂接率（含系统建议）")
    shown = shown.button(key="chain_link_rate_suggested_party").click().run()
    text = _text(shown)
    assert "口径：" in text
    assert "不说明什么：" in text
    assert f"{tile.value} ＝ " in text


def test_a_unit_of_a_list_is_one_choice_from_its_own_page(planted, page):
    """Every unit below the line can be chosen, and the button goes to its 单位画像."""
    shown = page("overview").run()
    choice = shown.selectbox(key="attention_weak_all_unit")
    weak = {"单位", "指标", "达成率"}
    listed = [each.value for each in shown.dataframe if weak <= set(each.value.columns)][-1]
    assert set(listed["单位"]) == set(choice.options)
    assert "attention_weak_all_way" not in [each.key for each in shown.button]
    shown = choice.select_index(0).run()
    shown.button(key="attention_weak_all_way").click().run()
    assert [] == list(shown.exception)


def test_overview_shows_names_literally(planted, page):
    """A name with Markdown and HTML in it is shown as it is written."""
    labels = [each.label for each in page("overview").run().metric]
    assert "客户满意度 \\<\\*分\\*\\>" in labels


def test_overview_follows_the_month_and_the_floor(planted, page):
    """Another month gives another title; a higher floor gives fewer 预警."""
    shown = page("overview").run()
    shown.selectbox(key="month").set_value("2026-09").run()
    assert shown.title[0].value.startswith("2026年9月")
    before = _text(shown).count("▲ 预警")
    shown.number_input(key="floor").set_value(99).run()
    assert _text(shown).count("▲ 预警") <= before


@pytest.mark.parametrize(("month", "late"), [("2026-08", 0), ("2026-09", 1), ("2026-10", 1)])
def test_overview_counts_overdue_items_as_the_list_does(planted, page, month, late):
    """Both judge at the end of the month chosen, whatever the day today is: D1 is due on 30
    September."""
    overview = page("overview")
    overview.query_params["month"] = month
    told = _text(overview.run())
    assert (f"逾期未结的共 {late} 项" in told) == bool(late)
    listed = page("followups")
    listed.query_params["month"] = month
    assert f"其中逾期 {late} 项" in listed.run().title[0].value


def test_lineage_lists_every_source_row_of_a_figure(planted, page):
    """从哪来 opens the rows with unit, file, row and the post that submitted them."""
    shown = page("overview").run()
    shown.button(key="lineage_K01").click().run()
    assert list(shown.exception) == []
    rows = next(each.value for each in shown.dataframe if "文件指纹" in each.value.columns)
    assert len(rows) == 24
    assert set(rows["文件"]) == {"业务指标月报.csv"}
    assert set(rows["提交岗位"]) == {"经营部分析员"}


def test_association_finds_the_planted_pair_and_counts_the_tests(planted, page):
    """20 pairs; 党课 is listed with K03 two months ahead, and the page opens on that pair."""
    shown = page("association").run()
    assert shown.title[0].value.startswith("活动与指标 20 对中，校正后 ")
    table = next(each.value for each in shown.dataframe if "为什么" in each.value.columns)
    assert "党课" == table["活动类型"].iloc[0]
    assert "领先约 2 个月" == table["先后"].iloc[0]
    assert ("党课", "K03") == (
        shown.selectbox(key="activity").value,
        shown.selectbox(key="kpi").value,
    )
    assert "领先约 2 个月同向变化" in _text(shown)
    assert "不等于因果" in shown.info[0].value


def test_overview_tells_the_kept_analysis_with_its_interval(planted, page):
    """The planted pair is told as 较强证据 with window and interval and without a cause."""
    text = _text(page("overview").run())
    assert "20 对中，校正后" in text
    assert "党课与" in text
    assert "较强证据，领先约 2 个月同向变化" in text
    assert "95% 区间" in text
    assert not [word for word in ("导致", "带动", "促进", "显著提升") if word in text]


def test_overview_computes_what_is_not_kept(filled, page):
    """A build that nobody analysed yet: 总览 asks for it, and tells what came of it."""
    shown = page("overview").run()
    deadline = time.monotonic() + 60
    while "还没有能与指标一起看的党建活动" not in _text(shown):
        assert time.monotonic() < deadline, _text(shown)
        shown.run()
    assert not shown.exception


def test_association_lists_the_rows_of_a_unit_that_add_up_to_its_cells(planted, page):
    """从哪来: the shares of the activities of a month are the figure of the analysis."""
    shown = page("association").run()
    shown.selectbox(key="association_unit").set_value("A001").run()
    first, frames = _rows_on_page(shown), [each.value for each in shown.dataframe]
    shown.number_input(key="association_rows_page").set_value(2).run()
    rows = pd.concat([first, _rows_on_page(shown)])
    assert (50, str(len(rows))) == (len(first), _told(shown))
    cells = next(each for each in frames if "党课（次数）" in each.columns)
    shares = rows[rows["是什么"] == "活动"].set_index("月份")["活动计入份额"].astype(float)
    sums = shares.groupby(level=0).sum()
    held = cells.set_index("月份")["党课（次数）"].astype(float)
    assert sums.to_dict() == held[held > 0].to_dict()
    assert {"业务指标月报.csv", "党建活动台账.csv"} == set(rows["文件"])


def _rows_on_page(shown):
    return next(each.value for each in shown.dataframe if "活动计入份额" in each.value.columns)


def _told(shown) -> str:
    return re.search(r"来源行，共 (\d+) 行", _text(shown)).group(1)


def test_association_shows_the_units_behind_the_pair_by_name(planted, page):
    """Every unit of the analysis is listed by name, its share among 100 %, without a rank."""
    shown = page("association").run()
    units = next(each.value for each in shown.dataframe if "占比（%）" in each.value.columns)
    assert sorted(units["单位"]) == list(units["单位"])
    assert 100 == pytest.approx(units["占比（%）"].sum(), abs=2)
    assert {"方向不变"} == set(units["去掉它"])
    text = _text(shown)
    assert "剩下的部分同向变化，r = +0." in text
    assert "n = 408 个单位月（24 个单位，17 个月）" in text
    assert "不是名次" in text


def test_association_follows_the_choice_of_months_and_says_when_it_is_reversed(planted, page):
    """The address holds the scope; from after to is told and computes nothing."""
    shown = page("association")
    shown.query_params["from"] = "2026-09"
    shown.query_params["to"] = "2026-08"
    shown.run()
    assert list(shown.exception) == []
    assert "月份选反了" in _text(shown)


def test_association_says_what_is_needed_when_data_is_thin(tmp_path_factory, monkeypatch, page):
    """Ten units are too few: no figure, and what would be needed."""
    root = _built(tmp_path_factory, "thin", units=10, months=24)
    monkeypatch.setenv("TONGPIN_STORE", str(root))
    shown = page("association").run()
    assert list(shown.exception) == []
    assert "数据不足" in shown.title[0].value
    assert "至少 12 个单位、18 个月" in _text(shown)
    assert "记录够完整的单位只有 10 个，少于 12 个（20 对）。" in _text(shown)
    assert "校正后没有留下" not in _text(shown)
    assert not [each for each in shown.slider if each.key == "lag"]


def test_association_opens_the_build_of_its_address(tmp_path_factory, monkeypatch, page):
    """The address holds the build; an older one is shown and said to be old, a gone one is not."""
    root = _built(tmp_path_factory, "builds", units=3, months=4)
    monkeypatch.setenv("TONGPIN_STORE", str(root))
    (newest,) = (root / "marts").glob("*.duckdb")
    shutil.copy(newest, newest.with_name("earlier.duckdb"))
    reversed_months = {"from": "2026-09", "to": "2026-08"}  # nothing is computed
    seen = {}
    for build in ("earlier", "gone", None):
        shown = page("association")
        for name, value in (reversed_months | ({"build": build} if build else {})).items():
            shown.query_params[name] = value
        shown.run()
        assert list(shown.exception) == []
        seen[build] = (_last(shown.query_params["build"]), _text(shown))
    assert "earlier" == seen["earlier"][0]
    assert "不是最新的" in seen["earlier"][1]
    assert newest.stem == seen["gone"][0]
    assert "已经清理" in seen["gone"][1]
    assert newest.stem == seen[None][0]
    assert "已经清理" not in seen[None][1] + seen["earlier"][1]


LINKS = (  # page, address, key of the list, code that it then holds
    ("overview", {"month": "2026-08"}, "month", "2026-08"),
    ("overview", {"month": "2026年8月"}, "month", "2026-08"),
    ("quadrant", {"month": "2026-08", "unit": "A001"}, "unit", "A001"),
    ("association", {"kpi": "K02", "activity": "党建共建"}, "kpi", "K02"),
    ("chain", {"month": "2026-08"}, "month", "2026-08"),
    ("unit", {"month": "2026-08", "unit": "P003"}, "profile_unit", "P003"),
    ("reporting", {"month": "2026-08"}, "month", "2026-08"),
    ("followups", {"month": "2026-10", "show": "overdue"}, "show", "overdue"),
    ("quality", {"month": "2026-08", "check": "late_record"}, "check", "late_record"),
    ("quality", {"month": "2026-08", "unit": "P003"}, "organisation", "P003"),
)


@pytest.mark.parametrize(("url_path", "address", "key", "code"), LINKS)
def test_a_link_with_codes_opens_what_it_names(planted, page, url_path, address, key, code):
    """The list shows the choice of the address, which stays there by its code."""
    shown = page(url_path)
    for name, value in address.items():
        shown.query_params[name] = value
    shown.run()
    assert list(shown.exception) == []
    assert code == shown.selectbox(key=key).value
    assert "网址里的" not in _text(shown)
    assert code in [_last(value) for value in shown.query_params.values()]


def _last(value: str | list[str]) -> str:
    return value if isinstance(value, str) else value[-1]


def test_the_address_follows_a_choice_and_keeps_the_default_out(planted, page):
    """A chosen month is in the address; back at the newest the address is plain again."""
    shown = page("overview").run()
    newest = shown.selectbox(key="month").value
    assert "month" not in shown.query_params
    shown.selectbox(key="month").set_value("2026-09").run()
    assert "2026-09" == _last(shown.query_params["month"])
    shown.selectbox(key="month").set_value(newest).run()
    assert "month" not in shown.query_params


def test_going_back_in_the_address_goes_back_on_the_page(planted, page):
    """An address changed by the browser counts more than what the list held before."""
    shown = page("overview").run()
    shown.selectbox(key="month").set_value("2026-09").run()
    shown.query_params["month"] = "2026-08"
    shown.run()
    assert "2026-08" == shown.selectbox(key="month").value
    assert shown.title[0].value.startswith("2026年8月")


def test_a_code_that_is_not_there_is_told(planted, page):
    """An old or mistyped link shows the default and says so, literally."""
    shown = page("overview")
    shown.query_params["month"] = "2031-01<b>"
    shown.run()
    assert list(shown.exception) == []
    assert "网址里的月份“2031-01<b>”这里没有" in _text(shown)


def test_the_rows_of_a_figure_add_up_to_it_and_name_their_checks(planted, page):
    """A summed KPI: the rows of the dialog give the figure of its card, each with its checks."""
    shown = page("overview").run()
    card = next(each for each in shown.metric if each.label == "营业收入")
    shown.button(key="lineage_K01").click().run()
    rows = next(each.value for each in shown.dataframe if "文件指纹" in each.value.columns)
    assert number_with_unit(rows["实际"].sum(), "元") == card.value.replace("\\", "")
    assert "检查" in rows.columns


def test_the_follow_up_list_is_reached_and_filtered_by_its_address(planted, page):
    """D1 was due on 30 September and is open: the only overdue item of October, 31 days late."""
    assert "way_followups" in [each.key for each in page("overview").run().button]
    assert "way_overdue" in [each.key for each in page("chain").run().button]
    shown = page("followups")
    shown.query_params["show"] = "overdue"
    shown.run()
    assert list(shown.exception) == []
    listed = shown.dataframe[0].value
    assert ["D1"] == list(listed["编号"])
    assert ["■ 逾期未结 31 天"] == list(listed["状态"])
    assert "31—90 天 1 项" in _text(shown)
