"""Shares, gaps and differences of the page 问卷: recomputed independently, hidden first."""

from __future__ import annotations

import pandas as pd
import pytest
from statsmodels.stats.proportion import confint_proportions_2indep, proportion_confint

from pipelines.analysis.survey_tables import (
    group_differences,
    known_question,
    safe_shares,
    soft_hard_gaps,
    wave_changes,
)
from pipelines.analysis.surveys import newcombe
from pipelines.settings import Settings
from pipelines.simulate.model import Plan
from pipelines.simulate.surveys import AWAY, BIG, TRUTH, surveys_frame
from pipelines.survey_questions import HARD, SOFT, survey_questions

QUESTIONS = survey_questions(Settings())
LAST = "2026-10"


@pytest.fixture(scope="module")
def counts():
    """The counts of the demo organisation."""
    sizes = {"units": 8, "months": 36, "kpis": 13, "activities_per_unit_month": 5.0}
    return surveys_frame(Plan(**sizes, last_month=LAST, seed=2026))


@pytest.fixture(scope="module")
def shares(counts):
    return safe_shares(counts)


@pytest.fixture(scope="module")
def last(shares):
    return shares[shares["wave_on"] == LAST]


def _n(counts, wave, question, option, stratum):
    keys = ["wave_on", "question_id", "option", "stratum"]
    row = counts.set_index(keys).loc[(wave, question, option, stratum)]
    return int(row["n"]), int(row["base_n"])


def test_eight_questions_are_registered():
    """Two pairs of a soft and a hard question, one question with both sides, three without."""
    assert 8 == len(QUESTIONS)
    assert ["Q1", "Q3", "Q5"] == [each.question_id for each in QUESTIONS if each.options_of(SOFT)]
    assert ["Q2", "Q4", "Q5"] == [each.question_id for each in QUESTIONS if each.options_of(HARD)]


def test_a_question_is_known_by_its_id_and_all_its_options(last):
    """The same id with other, fewer or more options is another question."""
    rows = last[last["question_id"] == "Q1"]
    assert "Q1" == known_question(rows, QUESTIONS).question_id
    fewer = rows[rows["option"] != "清楚"]
    renamed = rows.assign(option=rows["option"].replace("清楚", "很清楚"))
    other = rows.assign(question_id="Q9")
    assert [None] * 3 == [known_question(each, QUESTIONS) for each in (fewer, renamed, other)]
    unknown = soft_hard_gaps(last.replace({"option": {"清楚": "很清楚"}}), QUESTIONS)
    assert TRUTH.gap_pair not in set(unknown["topic"])


def test_shares_are_counts_over_bases_and_hidden_cells_hold_no_number(counts, shares):
    """The small group has no figure in any column; the others have Wilson's interval."""
    row = shares.set_index(["wave_on", "question_id", "option", "stratum"])
    row = row.loc[(LAST, "Q1", "清楚", BIG)]
    n, base = _n(counts, LAST, "Q1", "清楚", BIG)
    expected = proportion_confint(n, base, method="wilson")
    assert n / base == row["share"]
    assert expected == pytest.approx((row["low"], row["high"]))
    small = shares[shares["stratum"] == AWAY]
    assert len(small)
    assert small[["n", "base_n", "share", "low", "high", "count"]].isna().all(axis=None)


def test_an_exact_zero_is_only_a_bound(shares):
    """Nobody of the office says it became worse: no share and no count, an upper bound."""
    (row,) = shares.query("status == 'bound' and wave_on == @LAST").to_dict("records")
    assert ("机关", "变差") == (row["stratum"], row["option"])
    assert pd.isna(row["share"])
    assert pd.isna(row["n"])
    assert 0 < row["high"] < 0.1


def test_the_planted_gap_is_found_with_the_widest_interval(counts, last):
    """The pair on clear aims: the truth is inside the interval and 0 is not."""
    gaps = soft_hard_gaps(last, QUESTIONS).set_index(["topic", "stratum"])
    row = gaps.loc[(TRUTH.gap_pair, BIG)]
    soft, hard = (_n(counts, LAST, question, "清楚", BIG) for question in ("Q1", "Q2"))
    expected = newcombe(*soft, *hard, correlation=-1.0)
    assert expected == pytest.approx((row["low"], row["high"]))
    assert row["low"] < TRUTH.gap < row["high"] < 0
    assert (gaps.xs(AWAY, level="stratum")["status"] == "hidden").all()
    assert (
        gaps.xs(AWAY, level="stratum")[["soft", "hard", "share", "low", "high"]]
        .isna()
        .all(axis=None)
    )


def test_sides_of_several_options_are_means(counts, last):
    """The question with many answers: mean of three shares less mean of two."""
    gaps = soft_hard_gaps(last, QUESTIONS)
    row = gaps[gaps["topic"].str.contains("可多选") & (gaps["stratum"] == BIG)].iloc[0]
    share = {
        option: n / base
        for option in QUESTIONS[4].options
        for n, base in [_n(counts, LAST, "Q5", option, BIG)]
    }
    soft = (share["统一思想认识"] + share["转变工作作风"] + share["凝聚干部队伍"]) / 3
    assert soft - (share["提高执行能力"] + share["促进科学决策"]) / 2 == pytest.approx(row["share"])


def test_the_planted_group_difference_is_found(counts, last):
    """The field group is lower than the largest group; the interval is that of statsmodels."""
    found = group_differences(last).set_index(["question_id", "option", "stratum"])
    row = found.loc[(TRUTH.group_question, TRUTH.group_option, TRUTH.group)]
    one, other = (_n(counts, LAST, "Q6", "经常", group) for group in (TRUTH.group, BIG))
    expected = confint_proportions_2indep(*one, *other, method="newcomb", compare="diff")
    assert expected == pytest.approx((row["low"], row["high"]))
    assert row["low"] < TRUTH.group_difference < row["high"] < 0
    assert {BIG} == set(found["other"])


def test_the_planted_change_is_found_in_every_group_that_is_shown(shares):
    """Second wave above first; nothing of a hidden group, no change of the first wave."""
    survey = shares["survey_id"].iloc[0]
    found = wave_changes(shares, survey, LAST)
    rows = found.query("question_id == @TRUTH.changed_question and option == @TRUTH.changed_option")
    shown = rows[rows["status"] == "shown"]
    assert 3 == len(shown)
    assert ((shown["low"] > 0) & (shown["low"] < TRUTH.change)).all()
    assert (shown["high"] > TRUTH.change).all()
    assert rows.loc[rows["stratum"] == AWAY, ["share", "low", "high"]].isna().all(axis=None)
    assert wave_changes(shares, survey, "2025-10").empty


def test_a_question_whose_options_changed_is_not_compared(shares):
    """A new wording of an option makes another question."""
    renamed = (shares["wave_on"] == LAST) & (shares["option"] == "能")
    changed = shares.assign(option=shares["option"].mask(renamed, "能帮上"))
    found = wave_changes(changed, shares["survey_id"].iloc[0], LAST)
    assert "Q7" not in set(found["question_id"])
    assert "Q8" in set(found["question_id"])
