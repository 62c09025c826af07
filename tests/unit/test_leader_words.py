"""What the leaders' pages say: every sentence follows from the figures it names."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd
import pytest

from dashboard import sentences
from dashboard.associations import (
    clearest_pair,
    clues_table,
    count_sentence,
    kpi_labels,
    lead_sentence,
    profile_sentence,
    q_text,
)
from dashboard.components import chain_figures
from dashboard.components.kpi_cards import short_unit
from dashboard.positions import (
    Goalposts,
    position_sentence,
    positions_table,
    trail_of,
    validity_sentence,
)
from dashboard.sentences import MonthFigures, headline, month_sentences
from dashboard.status import Goodness, Polarity, Status, goodness_of, status_of
from pipelines.analysis.scenario import Validity
from pipelines.measures import measure

TOTALS = pd.DataFrame(
    {
        "kpi_name": ["甲", "乙", "丙", "丁"],
        "attainment_rate": [1.02, 0.95, 0.5, np.nan],
        "previous_attainment_rate": [1.0, 0.99, 0.52, np.nan],
        "unit_count": [10, 10, 10, 10],
        "met_unit_count": [7, 4, 1, 0],
    }
)
WEAK = pd.DataFrame({"unit_id": ["a", "a", "b"], "activity_count_3m": [0.0, 0.0, 4.0]})
BUSY = pd.DataFrame({"unit_id": ["c"], "median_activity_count_3m": [6.0]})
ACTIONS = pd.DataFrame(
    {
        "text": ["晚", "早", "未到", "长期"],
        "due_on": ["2026-10-01", "2026-09-01", "2026-12-01", None],
    }
)
ACTIVITIES = pd.DataFrame(
    {"activity_count": [30, 10], "previous_activity_count": [20, 15], "late_count": [3, 1]}
)


MEASURES = pd.DataFrame(
    [
        ("link_rate_suggested", "party", 30.0, 40.0, 0.75, 0.7),
        ("link_rate_suggested", "admin", 99.0, 99.0, 1.0, 1.0),
        ("link_rate_confirmed", "party", 4.0, 40.0, 0.1, np.nan),
        ("closure_rate", "admin", 3.0, 8.0, 0.375, 0.5),
        ("overdue_open_count", "admin", 12.0, np.nan, 12.0, 9.0),
    ],
    columns=["measure_id", "tree", "numerator", "denominator", "value", "previous_value"],
)


def _figures(**changes):
    held = {
        "month": "2026-10", "floor": 0.9, "today": date(2026, 11, 3), "totals": TOTALS,
        "weak": WEAK, "busy": BUSY, "actions": ACTIONS, "activities": ACTIVITIES,
        "measures": MEASURES,
    }  # fmt: skip
    return MonthFigures(**{**held, **changes})


def test_headline_counts_only_kpis_with_a_target():
    """A KPI without target is neither met nor missed."""
    assert headline(_figures()) == "2026年10月：3 项有目标的指标中 1 项达成"
    without = TOTALS.assign(attainment_rate=np.nan)
    assert "无法判断" in headline(_figures(totals=without))


@pytest.mark.parametrize(
    ("rule", "text"),
    [
        (sentences.overall, "4 项指标：达成 1 项，预警 1 项，未达成 1 项，无目标 1 项。"),
        (sentences.furthest, "离目标最远的是“丙”，达成率 50.0%，10 个单位中 1 个达成。"),
        (sentences.largest_move, "达成率比上月变动最大的是“乙”：-4.0个百分点，现为 95.0%。"),
        (
            sentences.weak_without_activity,
            "单位一级有 3 项指标低于 90%，其中 2 项所在的 1 个单位近三个月没有党建活动记录。",
        ),
        (sentences.overdue, "2 项督办整改到期未销号，最早的应在 2026年9月1日完成。"),
        (
            sentences.linked,
            "本月 40 次党建活动中，75.0% 与指标、重点任务或载体有挂接（含系统建议），已由人确认的"
            "占 10.0%；含系统建议的挂接率比上月 +5.0个百分点。",
        ),
        (
            sentences.closed,
            "本月到期的 8 项督办整改中 3 项按期销号（闭环率 37.5%），月末逾期未结的共 12 项。",
        ),
        (sentences.busy, "1 个单位近三个月活动多于中位数（6.0 次），达成指数低于 90%。"),
        (sentences.late, "本月记录党建活动 40 次（上月 35 次），其中 10.0% 举办 5 天以后才录入。"),
    ],
)
def test_each_rule_says_its_figures(rule, text):
    """Number, unit and subject come from the frames and nothing else."""
    assert rule(_figures()).text == text


@pytest.mark.parametrize(
    ("rule", "changes"),
    [
        (sentences.overall, {"totals": TOTALS.head(0)}),
        (sentences.furthest, {"totals": TOTALS.head(1)}),
        (sentences.largest_move, {"totals": TOTALS.assign(previous_attainment_rate=np.nan)}),
        (sentences.weak_without_activity, {"weak": WEAK.head(0)}),
        (sentences.overdue, {"actions": ACTIONS.tail(2)}),
        (sentences.linked, {"measures": MEASURES.assign(value=np.nan)}),
        (sentences.closed, {"measures": MEASURES.head(3)}),
        (sentences.busy, {"busy": BUSY.head(0)}),
        (sentences.late, {"activities": ACTIVITIES.head(0)}),
    ],
)
def test_a_rule_without_figures_says_nothing(rule, changes):
    """No sentence is better than an empty one."""
    assert rule(_figures(**changes)) is None


@pytest.mark.parametrize(
    ("measure_id", "value", "previous", "told", "good"),
    [
        ("closure_rate", 0.5, 0.375, "+12.5个百分点（比上月）", Goodness.BETTER),
        ("overdue_open_count", 12.0, 9.0, "+3项（比上月）", Goodness.WORSE),
        ("overdue_open_count", 9.0, 12.0, "-3项（比上月）", Goodness.BETTER),
        ("step_gap_days", 3.0, 5.5, "-2.5天（比上月）", Goodness.NEUTRAL),
        ("closure_rate", 0.5, np.nan, None, Goodness.NEUTRAL),
        ("closure_rate", 0.5, 0.5, None, Goodness.NEUTRAL),
    ],
)
def test_a_chain_figure_has_its_change_and_polarity(measure_id, value, previous, told, good):
    """Percentages change by points; more overdue items are worse; a gap in days is neither."""
    of = measure(measure_id)
    assert told == chain_figures.difference(of, value, previous)
    assert good is chain_figures.goodness(of, value, previous)


def test_at_most_five_sentences_each_with_its_evidence():
    """Five are read; every one points to a section of the page."""
    said = month_sentences(_figures())
    assert len(said) == 5
    assert {each.evidence for each in said} <= {"cards", "chain", "attention", "activities"}


def test_no_sentence_claims_a_cause():
    """The words of cause are not used anywhere on the leaders' pages."""
    text = "".join(each.text for each in month_sentences(_figures()))
    assert not [word for word in ("导致", "带动", "促进", "显著") if word in text]


@pytest.mark.parametrize(
    ("rate", "status"),
    [
        (1.0, Status.MET),
        (0.999, Status.WARNING),
        (0.9, Status.WARNING),
        (0.899, Status.MISSED),
        (np.nan, Status.NO_TARGET),
        (None, Status.NO_TARGET),
    ],
)
def test_status_changes_at_the_target_and_at_the_floor(rate, status):
    """达成 from 100 %, 预警 from the floor; without a target there is no status."""
    assert status_of(rate, 0.9) is status


@pytest.mark.parametrize(
    ("direction", "before", "now", "found"),
    [
        ("up", 1, 2, Goodness.BETTER),
        ("down", 1, 2, Goodness.WORSE),
        ("band", 20, 24, Goodness.BETTER),
        ("band", 26, 30, Goodness.NEUTRAL),
        ("band", 34, 36, Goodness.WORSE),
        ("up", None, 2, Goodness.NEUTRAL),
        (None, 1, 2, Goodness.NEUTRAL),
    ],
)
def test_goodness_follows_the_polarity_and_not_the_sign(direction, before, now, found):
    """More accidents are worse; inside the band a change is neither."""
    polarity = Polarity(direction=direction, band_low=25, band_high=35)
    assert goodness_of(now, before, polarity) is found


def _profile(*states):
    rows = []
    for lag, state in zip(range(-1, len(states) - 1), states, strict=True):
        low, high = {"同": (0.1, 0.3), "反": (-0.3, -0.1), "无": (-0.1, 0.1)}[state]
        word = {"同": "同向变化", "反": "反向变化", "无": "看不出差别"}[state]
        rows.append((lag, (low + high) / 2, low, high, 0.01, word))
    frame = pd.DataFrame(rows, columns=["lag", "r", "low", "high", "q", "state"])
    return frame.assign(kpi="k", kpi_name="满意度", activity_type="党课")


def test_profile_sentence_names_the_lags_or_says_that_nothing_shows():
    """Every lag with an interval off 0 is named; none is chosen as the best."""
    assert profile_sentence(_profile("无", "无", "无")) == "党课 与 满意度：各个滞后都看不出差别。"
    assert (
        profile_sentence(_profile("无", "同", "同"))
        == "党课 与 满意度：同月、活动早 1 个月的区间不含 0（同向变化）。"
    )


def test_a_lead_that_shows_makes_the_direction_unclear():
    """Activity after the KPI moving with it forbids reading the leading side alone."""
    assert "先后方向不明" in lead_sentence(_profile("同", "同"))
    assert "看不出差别" in lead_sentence(_profile("无", "同"))


def test_count_sentence_counts_tests_and_what_remains():
    """Pairs, tests from lag 0 on, and those left after the correction."""
    assert (
        count_sentence(_profile("无", "同", "无"))
        == "1 对指标与活动共比较 2 次，校正后余 2 次可作线索"
    )
    thin = _profile("无", "无").assign(r=np.nan)
    assert count_sentence(thin).startswith("数据不足")


def test_the_sign_of_a_kpi_is_marked():
    """同向变化 beside 投诉件数 must not read as more complaints; a placebo is a placebo first."""
    kpis = pd.DataFrame(
        {
            "kpi_id": ["a", "b", "c", "d"],
            "kpi_name": ["收入", "对照", "投诉", "周转"],
            "is_placebo": [None, True, False, False],
            "direction": ["up", "down", "down", "band"],
        }
    )
    named = kpi_labels(pd.Series(["a", "b", "c", "d", "e"]), kpis).tolist()
    assert ["收入", "对照（对照）", "投诉（反向）", "周转（区间）", "e"] == named


@pytest.mark.parametrize(("q", "text"), [(0.0, "<0.001"), (0.0312, "0.031"), (None, "—")])
def test_a_q_that_rounds_to_nothing_is_not_zero(q, text):
    """Nobody is told a chance of nothing."""
    assert text == q_text(q)


POSITIONS = pd.DataFrame(
    {
        "unit_id": ["a"] * 14 + ["b"],
        "unit_name": ["甲"] * 14 + ["乙"],
        "month": [f"2025-{m:02d}" for m in range(1, 13)] + ["2026-01", "2026-02", "2026-02"],
        "attainment_rate": [0.9] * 13 + [1.1, 0.8],
        "stock": [5.0] * 13 + [40.0, 10.0],
    }
)
POSTS = Goalposts(half_life=6, rate=3.6, stock=33.0)


def test_position_sentence_keeps_the_axes_apart():
    """Two counts, one per axis, and no combined one."""
    points = POSITIONS[POSITIONS["month"] == "2026-02"]
    assert position_sentence(points, "2026-02", POSTS) == (
        "2026年2月：2 个单位中 1 个达成指数不低于 100%，1 个活动存量不低于参照线"
    )


def test_trail_is_the_last_twelve_months_up_to_the_chosen_one():
    """Oldest first, nothing later than the month shown, empty without a unit."""
    trail = trail_of(POSITIONS, "a", "2026-01")
    assert (len(trail), trail["month"].iloc[0], trail["month"].iloc[-1]) == (
        12,
        "2025-02",
        "2026-01",
    )
    assert trail_of(POSITIONS, None, "2026-01").empty


def test_positions_are_listed_by_name_and_not_by_rank():
    """The order of the table says nothing about merit."""
    table = positions_table(POSITIONS[POSITIONS["month"] == "2026-02"])
    assert table["单位"].tolist() == sorted(["甲", "乙"])


@pytest.mark.parametrize(
    ("low", "high", "word"),
    [(-0.1, 0.2, "看不出差别"), (0.1, 0.3, "同向变化"), (-0.3, -0.1, "反向变化")],
)
def test_validity_says_what_the_interval_allows(low, high, word):
    """An interval that holds 0 is 看不出差别 whatever r is; n stands beside it."""
    r = (low + high) / 2
    found = Validity(r=r, low=low, high=high, n_obs=1200, n_units=40, n_months=30)
    assert f"：{word}。" in validity_sentence(found)
    assert "1,200 个单位月（40 个单位，30 个月）" in validity_sentence(found)


def test_validity_without_enough_months_is_thin_data():
    """No figure is shown when there is none."""
    thin = Validity(r=np.nan, low=np.nan, high=np.nan, n_obs=0, n_units=0, n_months=0)
    assert validity_sentence(thin).startswith("数据不足")


def test_the_pair_with_the_smallest_q_is_shown_first():
    """A leader lands on the clearest pair; leads and missing values are no reason to land there."""
    found = pd.DataFrame(
        {
            "activity_type": ["甲", "乙", "丙", "丁"],
            "kpi": ["K1", "K2", "K3", "K4"],
            "lag": [0, 1, -1, 0],
            "p": [0.2, 0.01, 0.0, None],
            "q": [0.5, 0.04, 0.0, None],
        }
    )
    assert ("乙", "K2") == clearest_pair(found)
    assert ("甲", "K1") == clearest_pair(found.assign(q=None))


@pytest.mark.parametrize(
    ("unit", "behind_the_figure"),
    [("件", "件"), ("百万元", "百万元"), ("千克标准煤/万元", None), (None, None)],
)
def test_a_long_unit_goes_into_the_note(unit, behind_the_figure):
    """No label is cut: a unit of more than four characters is told below the figure."""
    assert behind_the_figure == short_unit(unit)


def test_what_remains_after_correction_is_listed_clearest_first():
    """Leads, uncorrected hits and missing values are no clues."""
    found = pd.DataFrame(
        {
            "activity_type": ["甲", "乙", "丙", "丁"],
            "kpi_name": ["收入", "成本", "质量", "安全"],
            "lag": [2, 1, -1, 0],
            "state": ["同向变化"] * 4,
            "r": [0.2, 0.3, 0.4, 0.1],
            "low": [0.1] * 4,
            "high": [0.5] * 4,
            "p": [0.01, 0.001, 0.0, 0.04],
            "q": [0.05, 0.02, 0.0, 0.4],
            "n_units": [100] * 4,
        }
    )
    assert [("乙", "成本", 1), ("甲", "收入", 2)] == [
        row[:3] for row in clues_table(found).itertuples(index=False, name=None)
    ]
