"""Pages after units ended without a successor in 组织对照, moved away and are to be renamed."""

from __future__ import annotations

from contextlib import closing

import pandas as pd
import pytest

from dashboard.components.association_breaks import breaks_sentence, breaks_table
from dashboard.components.bridge_gap import gap_sentences
from dashboard.server import services as held
from pipelines import queries
from pipelines.analysis_runs import keep
from pipelines.associations import Scope, compute
from pipelines.settings import Settings
from tests import reorganisation as group
from tests.app.leader_store import publish_frames

SPAN = {"first_month": "2026-05", "last_month": "2026-08"}
LATER = [  # 电力公司 ends and nobody takes its fifth of 热力支部; 智造分厂 is to be renamed
    ("142", "电力公司", "", "20", group.ADMIN, group.BEGUN, "2026-07-31", "104"),
    ("101", "智造分厂", "第一分厂", "10", group.ADMIN, "2026-05-16", "2098-12-31", ""),
    ("101", "智慧分厂", "", "10", group.ADMIN, "2099-01-01", "", ""),
]


@pytest.fixture(scope="module")
def root(tmp_path_factory):
    """The group of ``reorganisation`` with LATER, and the association of 服务事业部 kept."""
    root = tmp_path_factory.mktemp("reorganised") / "store"
    months = [*group.BEFORE[-2:], *group.AFTER[:2]]
    texts = {
        "units": [group.roster(), group.changed_roster(), group._text(group.ROSTER_HEADER, LATER)],
        "unit_bridge": [group.bridge(), group.changed_bridge()],
        "kpi_definitions": [group.definitions()],
        "kpi_values": [group.values(months[:2], group.OLD), group.values(months[2:], group.NEW)],
        "activities": [group.log(months[:2]), group.log(months[2:])],
    }
    frames = {
        name: pd.concat([group.frame(name, each) for each in parts], ignore_index=True)
        for name, parts in texts.items()
    }
    settings = Settings(store_root=root, ledger_url=None)
    publish_frames(settings, frames)
    with closing(queries.open_mart(settings)) as mart:
        for last in ("2026-06", "2026-08"):
            scope = Scope(**SPAN | {"last_month": last}, unit_id="30")
            key = scope.key(mart.build_id)
            keep(settings, key, compute(mart, key, lambda _share, _step: None))
    return root


@pytest.fixture
def shown(root, monkeypatch, page):
    """``shown(page, **address)``: what is written on the page."""
    monkeypatch.setenv("TONGPIN_STORE", str(root))
    held.services()

    def make(name: str, **address: str):
        made = page(name)
        for key, value in address.items():
            made.query_params[key] = value
        made.run()
        assert [] == list(made.exception)
        return made

    return make


def _text(made) -> str:
    kinds = (made.title, made.header, made.markdown, made.caption, made.info, made.warning)
    return "\n".join(str(each.value) for kind in kinds for each in kind).replace("\\", "")


@pytest.mark.parametrize("unit", ["20", "142", "00"])
def test_a_share_that_went_away_is_told_on_every_page_whose_number_it_makes_smaller(shown, unit):
    """Who has it, which share is missing since when and why, how much is lost, and what to do."""
    text = _text(shown("unit", unit=unit, month="2026-08"))
    assert "▲ 2026年8月行政单位的活动少计：2 个党组织" in text
    assert "折合少计 3 次活动" in text  # a fifth of 5 by 热力支部, both of 电力支部
    assert (
        "热力支部的份额合计 80%；现在对到热力公司 80%；"
        "电力公司 20% 从2026年8月1日起没有了（单位撤销）。"
    ) in text
    assert "电力支部的份额合计 0%；现在没有对到一个在册的单位；电力公司 100% 从2026年8月1日" in text
    assert "请在“组织对照”里补上承接单位的行" in text


def test_a_unit_hears_of_the_branches_that_stand_for_it_only(shown):
    """热力公司 has 热力支部 beside it, and nothing to do with 电力支部."""
    text = _text(shown("unit", unit="141", month="2026-08"))
    assert "1 个党组织的组织对照份额合计不是 100%，折合少计 1 次活动" in text
    assert "电力支部的份额" not in text


@pytest.mark.parametrize(("unit", "month"), [("20", "2026-07"), ("10", "2026-08")])
def test_nothing_is_told_where_nothing_is_lost(shown, unit, month):
    """Before the end of the unit, and of a part of the tree that it does not concern."""
    assert "份额合计" not in _text(shown("unit", unit=unit, month=month))


@pytest.mark.parametrize("name", ["overview", "chain", "quality"])
def test_the_whole_says_it_too(shown, name):
    """总览 and 融合链 beside the figures of the chain, 数据质量 as a list."""
    made = shown(name, month="2026-08")
    told = _text(made) + "\n".join(each.value.to_string() for each in made.dataframe)
    assert "热力支部" in told
    assert "80%" in told
    assert "组织对照份额合计不是 100%" in told


def test_a_rename_to_come_is_a_line_of_the_history_and_nothing_else(shown):
    """The title and the choice keep today's name."""
    made = shown("unit", unit="101", month="2026-08")
    assert made.title[0].value.startswith("智造分厂 2026年8月")
    assert "2099年1月1日起：智慧分厂，上级 制造事业部" in _text(made)
    chosen = [each for each in made.selectbox[0].options if each.endswith(" · 101")]
    assert ["智造分厂（原第一分厂） · 行政单位 · 101"] == chosen
    earlier = shown("unit", unit="101", month="2026-05").title[0].value
    assert earlier.startswith("智造分厂 2026年5月")


def test_a_scope_that_all_units_left_is_chosen_for_the_time_before_and_says_so_later(shown):
    """服务事业部 has no unit since July: it can be chosen, and the page says until when it had."""
    later = shown("association", scope="30", **{"from": "2026-05", "to": "2026-08"})
    assert "服务事业部在2026年5月—2026年8月没有下级。" in _text(later)
    assert "单位名册里它有下级的月份是2026年5月—2026年6月" in _text(later)
    assert "服务事业部 · 行政（2026年6月以后没有下级）" in later.selectbox[0].options
    before = shown("association", scope="30", **{"from": "2026-05", "to": "2026-06"})
    assert "没有下级。" not in _text(before)
    assert "服务事业部 · 行政，2026年5月—2026年6月" in _text(before)


@pytest.mark.parametrize(("month", "is_empty"), [("2026-06", False), ("2026-08", True)])
def test_the_group_of_the_quadrant_says_so_too(shown, month, is_empty):
    """显绩·潜绩 takes the units of its month."""
    text = _text(shown("quadrant", group="30", month=month))
    assert is_empty == ("2026年8月服务事业部没有下级单位。" in text)


def test_shares_in_words_name_a_blank_share_and_too_much():
    """An equal part has no percent of its own; more than the whole is no loss."""
    rows = pd.DataFrame(
        {
            "party_unit_id": ["D1", "D1"],
            "party_name": ["一支部", "一支部"],
            "share_total": [0.5, 0.5],
            "activity_count": [2, 2],
            "admin_name": ["甲部", "乙部"],
            "share": [0.5, float("nan")],
            "since": [pd.NaT, pd.Timestamp("2026-03-01")],
            "is_gone": [False, False],
            "is_counted": [True, False],
        }
    )
    assert [
        "一支部的份额合计 50%；现在对到甲部 50%；"
        "乙部 等分的一份 从2026年3月1日起没有了（对照的行到期）。"
    ] == gap_sentences(rows)


def test_units_that_changed_say_how_they_count():
    """In no panel, in some, and cut to the longer stretch."""
    changes = pd.DataFrame(
        {
            "unit_id": ["1", "2", "3"],
            "unit_name": ["甲", "乙", "丙"],
            "change": ["ended", "begun", "extent"],
            "day": pd.to_datetime(["2025-06-30", "2025-07-01", "2025-07-01"]),
            "other_names": ["乙", "甲", "丁"],
        }
    )
    kept = pd.DataFrame({"kpi": ["K1", "K2"], "unit": ["3", "9"]})
    cut = pd.DataFrame({"unit": ["3"], "first_month": ["2025-07"], "next_month": ["9999-99"]})
    scope = Scope(first_month="2025-01", last_month="2026-12")
    assert (
        "期内有 3 个单位成立、撤销、拆分或合并，前后序列不相接，"
        "其中 2 个缺的月份太多、没有计入：看怎样计入"
    ) == breaks_sentence(changes, kept)
    assert [
        ["甲", "2025年6月30日撤销，由乙承接", "没有计入：缺的月份超过五分之一"],
        ["乙", "2025年7月1日成立，前身甲", "没有计入：缺的月份超过五分之一"],
        ["丙", "2025年7月起分出或并入丁",
         "只用2025年7月—2026年12月；计入 1/2 项指标"],
    ] == breaks_table(changes, kept, cut, scope).to_numpy().tolist()  # fmt: skip
