"""What the leaders' pages say: every sentence follows from the figures it names."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from dashboard import sentences
from dashboard.associations import (
    MEANINGS,
    READING,
    cells_at,
    claims,
    claims_table,
    clearest_pair,
    count_sentence,
    counts_subtitle,
    kpi_labels,
    lag_sentence,
    late_table,
    lead_sentence,
    pair_sentence,
    reason_sentence,
    unjudged,
    window_words,
)
from dashboard.components import chain_figures
from dashboard.components.kpi_cards import short_unit
from dashboard.components.latent_ledger import WIDTHS
from dashboard.evidence_words import evidence_lines
from dashboard.pair_rows import left_out_sentence, month_cells, rows_table
from dashboard.pair_words import (
    line_slope,
    missing_sentence,
    scatter_sentence,
    scatter_subtitle,
    units_sentence,
    units_table,
)
from dashboard.positions import (
    Goalposts,
    position_sentence,
    positions_table,
    scenario_validity_sentence,
    trail_of,
)
from dashboard.sentences import MonthFigures, headline, month_sentences
from dashboard.status import Goodness, Polarity, Status, goodness_of, status_of
from pipelines.analysis.evidence import STATES
from pipelines.analysis.validity import Validity
from pipelines.associations import Scope
from pipelines.measures import measure
from pipelines.settings import ROOT

TOTALS = pd.DataFrame(
    {
        "kpi_name": ["甲", "乙", "丙", "丁"],
        "attainment_rate": [1.02, 0.95, 0.5, np.nan],
        "previous_attainment_rate": [1.0, 0.99, 0.52, np.nan],
        "unit_count": [10, 10, 10, 10],
        "met_unit_count": [7, 4, 1, 0],
        "direction": ["up", "down", "up", "up"],
        "target": [100.0, 100.0, 100.0, np.nan],
    }
)
WEAK = pd.DataFrame({"unit_id": ["a", "a", "b"], "activity_count_3m": [0.0, 0.0, 4.0]})
BUSY = pd.DataFrame({"unit_id": ["c"], "median_activity_count_3m": [6.0]})
ITEMS = pd.DataFrame(
    {
        "text": ["晚", "早", "未到", "长期", "销号"],
        "due_on": ["2026-10-01", "2026-09-01", "2026-12-01", None, "2026-08-01"],
        "state": ["overdue", "overdue", "open", "open_no_due", "closed_late"],
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
        "month": "2026-10", "floor": 0.9, "totals": TOTALS,
        "weak": WEAK, "busy": BUSY, "items": ITEMS, "activities": ACTIVITIES,
        "measures": MEASURES,
    }  # fmt: skip
    return MonthFigures(**{**held, **changes})


def test_headline_counts_only_kpis_with_a_target():
    """A KPI without target is neither met nor missed."""
    assert headline(_figures()) == "2026年10月：3 项有目标的指标中 1 项达成"


@pytest.mark.parametrize(
    ("directions", "said"),
    [
        (["up"], "1 项指标没有目标"),
        (["up", "down"], "2 项指标都没有目标"),
        ([None], "1 项指标不在指标库里"),
        ([None, None], "2 项指标都不在指标库里"),
        (["up", None, None], "3 项指标中 1 项没有目标，2 项不在指标库里"),
    ],
)
def test_headline_names_why_nothing_can_be_judged(directions, said):
    """A KPI that nobody defined may well have a target: it is not said to have none."""
    totals = TOTALS.head(len(directions)).assign(
        attainment_rate=np.nan, direction=directions, target=np.nan
    )
    assert f"2026年10月：{said}，无法判断达成" == headline(_figures(totals=totals))


def test_a_target_that_is_not_above_zero_is_not_said_to_be_none():
    """A loss that was planned: there is a target, and nothing that could be a share of it."""
    totals = TOTALS.head(1).assign(attainment_rate=np.nan, target=-100.0)
    assert "2026年10月：1 项指标目标不为正，无法判断达成" == headline(_figures(totals=totals))
    assert "1 项指标：目标不为正 1 项。" == sentences.overall(_figures(totals=totals)).text


def test_without_activities_by_unit_nobody_is_said_to_have_none():
    """A missing log or 组织对照 is no silence of the units; their weak figures are still told."""
    told = sentences.weak_without_activity(_figures(reaches_units=False)).text
    assert "各单位的指标中有 3 项达成率低于 90%。" == told


def test_no_link_and_no_suggestion_is_one_plain_sentence():
    """Two shares of 0.0 % and 持平 say nothing to a reader."""
    none = MEASURES.assign(value=0.0, numerator=0.0)
    assert "本月 40 次党建活动都没有挂接到指标、重点任务或载体，也没有系统建议。" == (
        sentences.linked(_figures(measures=none)).text
    )


@pytest.mark.parametrize(
    ("rule", "text"),
    [
        (sentences.overall, "4 项指标：达成 1 项，预警 1 项，未达成 1 项，无目标 1 项。"),
        (sentences.furthest, "离目标最远的是“丙”，达成率 50.0%，10 个单位中 1 个达成。"),
        (sentences.largest_move, "达成率比上月变动最大的是“乙”：−4.0个百分点，现为 95.0%。"),
        (
            sentences.weak_without_activity,
            "各单位的指标中有 3 项达成率低于 90%，其中 2 项所在的 1 个单位"
            "近三个月没有党建活动记录。",
        ),
        (
            sentences.linked,
            "本月 40 次党建活动中，75.0% 与指标、重点任务或载体有挂接（含系统建议），已由人确认的"
            "占 10.0%；含系统建议的挂接率比上月 +5.0个百分点。",
        ),
        (
            sentences.followed,
            "本月到期的 8 项督办整改中 3 项按期销号（闭环率 37.5%），月末逾期未结的共 2 项，"
            "最早的应在 2026年9月1日完成。",
        ),
        (sentences.busy, "1 个单位近三个月活动多于中位数（6.0 次），达成指数低于 90%。"),
        (
            sentences.late,
            "本月记录党建活动 40 次（上月 35 次），其中 10.0% 为补录（举办 5 天以后才登记）。",
        ),
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
        (sentences.linked, {"measures": MEASURES.assign(value=np.nan)}),
        (sentences.followed, {"measures": MEASURES.head(3), "items": ITEMS.tail(3)}),
        (sentences.busy, {"busy": BUSY.head(0)}),
        (sentences.late, {"activities": ACTIVITIES.head(0)}),
    ],
)
def test_a_rule_without_figures_says_nothing(rule, changes):
    """No sentence is better than an empty one."""
    assert rule(_figures(**changes)) is None


@pytest.mark.parametrize(
    ("changes", "text", "evidence"),
    [
        (
            {"measures": MEASURES.head(3)},
            "月末督办整改逾期未结的共 2 项，最早的应在 2026年9月1日完成。",
            "attention",
        ),
        (
            {"items": ITEMS.tail(3)},
            "本月到期的 8 项督办整改中 3 项按期销号（闭环率 37.5%）。",
            "chain",
        ),
    ],
)
def test_items_closed_and_items_overdue_are_told_alone_too(changes, text, evidence):
    """Each half of the sentence stands without the other and points to its own rows."""
    said = sentences.followed(_figures(**changes))
    assert (text, evidence) == (said.text, said.evidence)


def test_items_of_party_organisations_count_in_the_sentence_and_have_their_own_figures():
    """3 of 8 and 1 of 2: 4 of 10; the party figure stands beside the other, or first alone."""
    own = ("closure_rate", "party", 1.0, 2.0, 0.5, np.nan)
    both = pd.concat([MEASURES, pd.DataFrame([own], columns=MEASURES.columns)])
    said = sentences.followed(_figures(measures=both, items=ITEMS.tail(3))).text
    assert "本月到期的 10 项督办整改中 4 项按期销号（闭环率 40.0%）。" == said
    found = set(both[["measure_id", "tree"]].itertuples(index=False, name=None))
    placed = chain_figures.places(found)
    at = placed.index(("closure_rate", "admin"))
    assert ("closure_rate", "party") == placed[at + 1]
    assert ("link_rate_suggested", "admin") not in placed
    assert "闭环率（党组织）" == chain_figures.tile_label("closure_rate", "party")
    assert not chain_figures.stands_first(("closure_rate", "party"), placed)
    alone = chain_figures.places(found - {("closure_rate", "admin")})
    assert chain_figures.stands_first(("closure_rate", "party"), alone)


@pytest.mark.parametrize(
    ("measure_id", "value", "previous", "told", "good"),
    [
        ("closure_rate", 0.5, 0.375, "+12.5个百分点", Goodness.BETTER),
        ("overdue_open_count", 12.0, 9.0, "+3项", Goodness.WORSE),
        ("overdue_open_count", 9.0, 12.0, "−3项", Goodness.BETTER),
        ("step_gap_days", 3.0, 5.5, "早 2.5 天", Goodness.NEUTRAL),
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


def test_a_kpi_outside_the_dictionary_is_not_said_to_have_no_target():
    """Without a direction a target judges nothing; the mark says so and not 无目标."""
    assert status_of(None, is_defined=False) is Status.UNDEFINED


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


def _pair(**changes):
    pair = {
        "kpi": "K1", "kpi_name": "满意度", "activity_type": "党课", "window_start": 2.0,
        "window_end": 2.0, "effect": 0.16, "low": 0.1, "high": 0.22, "p": 0.001, "q": 0.01,
        "p_lead": 0.4, "state": "较强证据", "reason": "依据", "size_word": "中", "n_units": 113.0,
        "n_months": 23.0, "smallest_visible": 0.042, "effective_units": 37.4,
        "largest_share": 0.07,
    }  # fmt: skip
    return pd.DataFrame([{**pair, **changes}])


THIN_PAIR = {
    "state": "数据不足",
    **dict.fromkeys(("window_start", "window_end", "effect", "low", "high", "p", "q", "p_lead")),
}


def test_the_headline_counts_tested_pairs_and_what_remains():
    """Thin pairs are not tested and so are not among the N."""
    states = ["较强证据", "较强证据", "线索", "方向不明", "无法判断"]
    pairs = pd.concat([*(_pair(state=each) for each in states), _pair(**THIN_PAIR)])
    assert "活动与指标 5 对中，校正后 2 对有较强证据、1 对线索" == count_sentence(pairs)
    assert counts_subtitle(pairs).startswith("方向不明 1 对、无法判断 1 对、数据不足 1 对。")
    assert "和 5 对的多重比较" in counts_subtitle(pairs)
    assert count_sentence(_pair(**THIN_PAIR)).startswith("数据不足")
    assert "数据不足 1 对。" == counts_subtitle(_pair(**THIN_PAIR))


@pytest.mark.parametrize(
    ("window", "words"),
    [
        ((0, 0), "同月"),
        ((3, 3), "领先约 3 个月"),
        ((2, 4), "领先约 2—4 个月"),
        ((0, 2), "同月至领先约 2 个月"),
        ((np.nan, np.nan), "—"),
    ],
)
def test_a_window_is_said_in_months(window, words):
    """Months that the activity comes before the KPI."""
    assert words == window_words(*window)


def test_a_pair_is_told_with_window_size_and_unit():
    """A claim has its window and size; what is no claim has no size, and its reason once, below."""
    told = pair_sentence(_pair().iloc[0])
    assert "党课与满意度：较强证据，领先约 2 个月同向变化 +0.16 个常见波动（中）" == told
    down = pair_sentence(_pair(effect=-0.16).iloc[0])
    assert "反向变化 −0.16 个常见波动" in down
    none = _pair(state="无法判断", reason="由个别单位主导").iloc[0]
    assert "党课与满意度：无法判断" == pair_sentence(none)
    assert "无法判断：由个别单位主导。这不等于没有关系，只是现有数据说不清。" == reason_sentence(
        none
    )
    thin = _pair(state="数据不足", reason="不到 12 个单位").iloc[0]
    assert "党课与满意度：数据不足（不到 12 个单位）" == pair_sentence(thin)


def test_other_pages_tell_only_strong_evidence_with_its_interval():
    """A clue, an unclear direction and what cannot be told are counted, never told one by one;
    every sentence about a pair carries its interval and its pair; at most three are told."""
    pairs = pd.concat([_pair(state=each) for each in STATES], ignore_index=True)
    pairs = pairs.assign(is_placebo=False)
    counted, told = evidence_lines(pairs)
    assert counted.text == (
        "活动与指标 5 对中，校正后 1 对有较强证据、1 对线索；"
        "方向不明 1 对、基本可排除 1 对、无法判断 1 对。"
    )
    assert counted.kpi is None
    assert ("K1", "党课") == (told.kpi, told.activity_type)
    assert "较强证据，领先约 2 个月同向变化 +0.16 个常见波动（中），95% 区间 +0.10 至 +0.22。" in (
        told.text
    )
    many = pd.concat([_pair()] * 5, ignore_index=True).assign(is_placebo=False)
    assert 4 == len(evidence_lines(many))


@pytest.mark.parametrize("state", [each for each in STATES if each != "较强证据"])
def test_no_sentence_goes_beyond_the_state(state):
    """Whatever its q, effect and interval are, what is no 较强证据 has no direction told."""
    lines = evidence_lines(_pair(state=state, q=0.001, effect=0.9).assign(is_placebo=False))
    assert 1 == len(lines)
    assert not [word for word in ("同向", "反向", "领先") if word in lines[0].text]


def test_evidence_on_a_placebo_is_a_warning_and_no_finding():
    """A KPI that activities cannot move says that something else is wrong."""
    pairs = _pair(kpi_name="气温（对照）").assign(is_placebo=True)
    (_, warned) = evidence_lines(pairs)
    assert "要打折看" in warned.text
    assert "同向变化" not in warned.text


def test_no_sentence_of_the_evidence_claims_a_cause():
    """The words of 总览 describe, for every state and for a placebo."""
    pairs = pd.concat([_pair(state=each) for each in STATES], ignore_index=True)
    texts = [
        each.text
        for placebo in (True, False)
        for each in evidence_lines(pairs.assign(is_placebo=placebo))
    ]
    for word in ("导致", "带动", "促进", "显著", "提升", "拉动", "影响", "推动"):
        assert not [text for text in texts if word in text]


def test_every_state_has_a_meaning():
    """No state is shown without saying what it means."""
    assert set(STATES) == set(MEANINGS)
    assert "依据" in reason_sentence(_pair().iloc[0])


def test_what_is_missing_names_units_months_and_the_smallest_visible_change():
    """A leader reads how much there is and how small a change it could show."""
    told = missing_sentence(_pair().iloc[0])
    assert "113 个单位、23 个月" in told
    assert "小于 0.04 个常见波动" in told
    assert "0.1 个以上的已够看出" in told


@pytest.mark.parametrize(
    ("visible", "words"),
    [
        (0.2, "要看出 0.1 个常见波动，约需 452 个单位，或现有单位约 92 个月的记录。"),
        (0.3, "要看出 0.1 个常见波动，约需 1,017 个单位的记录，靠现有单位积累月份不现实。"),
    ],
)
def test_what_is_missing_grows_with_the_square_of_what_is_visible(visible, words):
    """Twice the smallest visible change needs four times the units or the months."""
    assert missing_sentence(_pair(smallest_visible=visible).iloc[0]).endswith(words)


@pytest.mark.parametrize(
    ("p_lead", "state", "words"),
    [
        (np.nan, "数据不足", "数据不足"),
        (0.4, "较强证据", "看不出差别"),
        (0.01, "方向不明", "先后方向不明"),
        (0.01, "较强证据", "要谨慎看"),
    ],
)
def test_the_check_with_activity_after_the_kpi_is_told(p_lead, state, words):
    """Activity after the KPI moving with it forbids reading the leading side alone."""
    assert words in lead_sentence(_pair(p_lead=p_lead, state=state).iloc[0])


def test_the_clearest_pair_is_shown_first():
    """A leader lands on the smallest q; missing values are no reason to land there."""
    pairs = pd.concat(
        [
            _pair(activity_type="甲", kpi="K1", q=0.5),
            _pair(activity_type="乙", kpi="K2", q=0.04),
            _pair(activity_type="丁", kpi="K4", q=None),
        ]
    )
    assert ("乙", "K2") == clearest_pair(pairs)
    assert ("甲", "K1") == clearest_pair(pairs.assign(q=None))


def test_claims_are_listed_clearest_first_with_their_reason():
    """Above q = 0.10 nothing is listed; what single units lead is listed as what it is."""
    pairs = pd.concat(
        [
            _pair(activity_type="甲", q=0.09, state="线索"),
            _pair(activity_type="乙", q=0.02),
            _pair(activity_type="丙", q=0.11, state="无法判断"),
            _pair(activity_type="丁", **THIN_PAIR),
        ]
    )
    table = claims_table(claims(pairs))
    assert ["乙", "甲"] == list(table["活动类型"])
    assert ["0.020", "0.090"] == list(table["q"])
    assert ["依据", "依据"] == list(table["为什么"])


def test_a_cell_says_what_its_own_interval_says_and_stays_blank_when_thin():
    """Every pair has a cell at every lag; r comes from the lag, not from the window."""
    pairs = pd.concat([_pair(), _pair(activity_type="茶话会", **THIN_PAIR)])
    lags = pd.DataFrame(
        {
            "kpi": "K1", "activity_type": "党课", "lag": [0, 1], "r": [0.01, -0.2],
            "r_low": [-0.1, -0.3], "r_high": [0.1, -0.1], "n_obs": 400,
        }
    )  # fmt: skip
    assert ["看不出差别", "数据不足"] == list(cells_at(pairs, lags, 0)["state"])
    assert ["反向变化", "数据不足"] == list(cells_at(pairs, lags, 1)["state"])
    assert [400, 0] == list(cells_at(pairs, lags, 1)["n_obs"])


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({}, True),
        ({"state": "线索"}, True),
        ({"state": "方向不明"}, False),
        ({"state": "无法判断"}, False),
        ({"state": "基本可排除"}, False),
        ({"window_start": 3, "window_end": 5}, False),
    ],
)
def test_the_state_of_the_pair_decides_whether_a_cell_is_told(changes, told):
    """A clear interval of one cell is told only inside the window of a claim."""
    lags = pd.DataFrame(
        {
            "kpi": ["K1"], "activity_type": ["党课"], "lag": [2], "r": [0.2],
            "r_low": [0.1], "r_high": [0.3], "n_obs": [400],
        }
    )  # fmt: skip
    cells = cells_at(_pair(**changes), lags, 2)
    assert told == cells["is_told"].item()
    more = "" if told else "，另有 1 格只是单看时区间不含 0，不作判断"
    assert f"活动早 2 个月：1 对中 {int(told)} 对有较强证据或线索{more}" == lag_sentence(cells, 2)


def test_before_the_pairs_are_judged_no_cell_is_told():
    """r alone has no colour, and the title says that the judgement is still to come."""
    lags = pd.DataFrame(
        {
            "kpi": ["K1"], "activity_type": ["党课"], "lag": [2], "r": [0.4],
            "r_low": [0.3], "r_high": [0.5], "n_obs": [400],
        }
    )  # fmt: skip
    first = _pair()[["kpi", "kpi_name", "activity_type", "n_units", "n_months"]]
    cells = cells_at(unjudged(first), lags, 2)
    assert not cells["is_told"].any()
    assert "活动早 2 个月：先列出 1 对的 r，判断还在算" == lag_sentence(cells, 2)


def test_the_units_behind_a_pair_are_told_by_what_the_result_needs_of_them():
    """One unit that turns the sign is told; what is no claim has no direction to turn."""
    units = pd.DataFrame(
        {
            "unit_name": ["甲", "乙", "丙"],
            "score": [5.0, -2.0, -1.0],
            "share": [25 / 30, 4 / 30, 1 / 30],
            "sign_without": [-1.0, 1.0, 1.0],
            "months": [20, 19, 20],
        }
    )
    told = "3 个单位中占比最大的是甲（83%）"
    assert f"{told}；去掉其中 1 个单位之一，方向就变" == units_sentence(units, state="较强证据")
    assert told == units_sentence(units, state="无法判断")
    table = units_table(units)
    assert ["同向", "反向", "反向"] == list(table["方向"])
    assert ["方向变", "方向不变", "方向不变"] == list(table["去掉它"])


@pytest.mark.parametrize(
    ("state", "words"),
    [
        ("较强证据", "党课与满意度剩下的部分同向变化，r = +0.20"),
        ("无法判断", "党课与满意度剩下的部分：无法判断，r = +0.20（未校正，不作判断）"),
    ],
)
def test_the_scatter_claims_no_more_than_the_state(state, words):
    """r over a window that was picked is no evidence of its own."""
    facts = {"r": 0.2, "low": 0.1, "high": 0.3}
    assert words == scatter_sentence(_pair(state=state).iloc[0], facts)


def test_the_line_of_a_window_is_the_effect_spread_over_its_months():
    """A window of three months has a third of its effect for one more activity in one of them."""
    pair = _pair(window_start=2.0, window_end=4.0, effect=0.3).iloc[0]
    assert 0.1 == pytest.approx(line_slope(pair))
    points = pd.DataFrame({"unit": ["a", "b"], "month": ["2026-01", "2026-02"]})
    told = scatter_subtitle(pair, points, {"r": 0.2, "low": 0.1, "high": 0.3})
    assert "n = 2 个单位月（2 个单位，2 个月）" in told
    assert "+0.30，窗口有 3 个月，平均到每个月画" in told


SOURCE = pd.DataFrame(
    {
        "month": ["2026-02", "2026-02", "2026-03"],
        "kind": ["activity", "activity", "kpi"],
        "title": "x", "actual": [np.nan, np.nan, 5.0], "share": [0.5, 1.0, np.nan],
        "present_count": [10.0, np.nan, np.nan], "training_hours": [2.0, 1.0, np.nan],
        "is_late": [1, 0, 0], "file_name": "f", "sheet": None, "source_row": [4, 5, 6],
        "upload_id": "u", "uploaded_by": "p",
    }
)  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "february"),
    [
        ({}, 1.5),
        ({"measure": "participant"}, 5.0),
        ({"measure": "hour"}, 2.0),
        ({"late": False}, 1.0),
    ],
)
def test_the_cells_of_a_unit_are_missing_outside_its_span_and_zero_inside(changes, february):
    """A month without a record counts 0 between the first and the last one, else it is missing."""
    scope = Scope(first_month="2026-01", last_month="2026-05", **changes)
    cells = month_cells(SOURCE, scope, reported=pd.Series(["2026-02", "2026-04"]))
    np.testing.assert_array_equal([np.nan, february, 0, 0, np.nan], cells["activity"])
    np.testing.assert_array_equal([np.nan, np.nan, 5, np.nan, np.nan], cells["kpi"])


def test_rows_without_a_figure_are_empty_and_never_none():
    """An activity has no actual, a figure no share."""
    shown = rows_table(SOURCE)
    assert ["", "", "5"] == list(shown["指标实际"])
    assert ["0.5", "1", ""] == list(shown["活动计入份额"])
    assert ["是", "", ""] == list(shown["补录"])


def test_rows_that_no_analysis_sees_are_counted_by_reason():
    """A leader reads how much was left out and why."""
    rows = pd.DataFrame(
        {
            "dataset": ["activities", "activities", "kpi_values"],
            "reason": ["no_bridge", "no_bridge", "unknown_unit"],
            "row_count": [2, 3, 4],
            "unit_text": ["甲", "乙", "丙"],
        }
    )
    told = left_out_sentence(rows)
    assert "没有进入计算的行：单位不在名册 4 行、党组织没有组织对照 5 行（丙、乙、甲）。" == told
    assert "没有一行" in left_out_sentence(rows.head(0))


def test_no_word_of_cause_in_the_words_of_the_associations():
    """Sentences about pairs describe."""
    pair = _pair().iloc[0]
    sentences = [pair_sentence(pair), lead_sentence(pair), missing_sentence(pair), READING]
    text = "".join([*sentences, *MEANINGS.values()])
    assert not [word for word in ("导致", "带动", "促进", "显著") if word in text]


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
    table = positions_table(
        POSITIONS[POSITIONS["month"] == "2026-02"], title=POSTS.axis().title, text=POSTS.axis().text
    )
    assert table["单位"].tolist() == sorted(["甲", "乙"])


@pytest.mark.parametrize(
    ("low", "high", "word"),
    [(-0.1, 0.2, "看不出差别"), (0.1, 0.3, "同向变化"), (-0.3, -0.1, "反向变化")],
)
def test_validity_says_what_the_interval_allows(low, high, word):
    """An interval that holds 0 is 看不出差别 whatever r is; n stands beside it."""
    r = (low + high) / 2
    found = Validity(r=r, low=low, high=high, n_obs=1200, n_units=40, n_months=30)
    assert f"：{word}。" in scenario_validity_sentence(found)
    assert "1,200 个单位月（40 个单位，30 个月）" in scenario_validity_sentence(found)


def test_validity_without_enough_months_is_thin_data():
    """No figure is shown when there is none."""
    thin = Validity(r=np.nan, low=np.nan, high=np.nan, n_obs=0, n_units=0, n_months=0)
    assert scenario_validity_sentence(thin).startswith("数据不足")


@pytest.mark.parametrize(
    ("unit", "behind_the_figure"),
    [("件", "件"), ("百万元", "百万元"), ("千克标准煤/万元", None), (None, None)],
)
def test_a_long_unit_goes_into_the_note(unit, behind_the_figure):
    """No label is cut: a unit of more than four characters is told below the figure."""
    assert behind_the_figure == short_unit(unit)


def test_both_ways_of_counting_late_records_stand_under_each_other():
    """Rows of two results with names of different kinds make one plain table."""
    one, two = _pair().iloc[0], _pair(effect=0.12).iloc[0].rename(("K1", "党课"))
    table = late_table(one, two)
    assert ["含补录", "不含补录"] == list(table["口径"])
    assert [0, 1] == list(table.index)


def test_one_thing_has_one_word():
    """补录 is not 逾期录入 elsewhere, 常见波动 not 常规波动, 比上月 not 环比."""
    others = ("逾期录入", "常规波动", "环比")
    texts = {path: path.read_text(encoding="utf-8") for path in (ROOT / "dashboard").rglob("*.py")}
    assert [] == [(path.name, w) for path, text in texts.items() for w in others if w in text]


def test_the_ledger_shows_promise_verdict_and_reason_beside_each_other():
    """The table of 1440 px has 975 px: nobody scrolls sideways from a verdict to its reason."""
    assert sum(WIDTHS.values()) <= 975
    assert {"判断", "承诺", "依据"} <= set(WIDTHS)
