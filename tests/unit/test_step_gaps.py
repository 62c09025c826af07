"""The table of steps and the vocabulary in words."""

import pandas as pd

from dashboard.components.step_gaps import gaps_sentence, gaps_table
from dashboard.components.step_vocabulary import sets_frame, unlisted_frame, vocabulary_sentence
from dashboard.format import days_apart
from pipelines.step_vocabulary import StepSet, StepVocabulary

FOUND = pd.DataFrame(
    {
        "step": ["摸底", "立项", "验收", "回访"],
        "is_listed": [True, True, True, False],
        "gap_days": [-2.5, 9.0, None, 0.0],
        "gap_count": [4, 3, None, 1],
        "previous_gap_days": [None, 1.0, None, None],
        "in_time_count": [4.0, 1.0, 0.0, 1.0],
        "judged_count": [4.0, 3.0, 2.0, 1.0],
        "in_time_rate": [1.0, 1 / 3, 0.0, 1.0],
    }
)
OWN = StepVocabulary(
    sets=(StepSet(name="三步法", steps=("摸底", "立项", "验收"), note=""),),
    is_local=True,
    problem=None,
)


def test_a_gap_says_who_came_first():
    """Sign in words, halves kept, nothing known is no zero."""
    assert ["晚 9 天", "早 2.5 天", "同日", "—"] == [days_apart(d) for d in (9.0, -2.5, 0.0, None)]


def test_the_sentence_names_the_furthest_step():
    """Of all steps with two dates, with how many of them there are."""
    told = gaps_sentence(FOUND, "2026-03")
    assert "步骤 8 个" in told
    assert "“立项”：党建比业务晚 9 天（中位数，3 个步骤）" in told
    none = FOUND.assign(gap_days=None)
    assert "2026年3月没有业务、党建两边都有日期的步骤。" == gaps_sentence(none, "2026-03")


def test_a_step_without_a_party_date_has_a_share_and_no_days():
    """0 ÷ 2 is told beside —; a step of no set is marked."""
    shown = gaps_table(FOUND).set_index("步骤")
    assert ["—", "0", "0.0%", "0 ÷ 2"] == shown.loc["验收"].drop("上月").tolist()
    assert "回访（词表外）" in shown.index


def test_the_vocabulary_says_whose_it_is_and_what_is_outside():
    """Sets with the tasks that use them; a near miss is guessed, a far one is not."""
    assert "现用 1 套步骤，共 3 种说法，来自本单位的步骤词表。" == vocabulary_sentence(OWN)
    used = pd.DataFrame({"step_set": ["三步法"], "task_count": [12]})
    (row,) = sets_frame(OWN, used).to_dict("records")
    assert ("摸底 → 立项 → 验收", "12", "本单位") == (
        row["步骤（按先后）"],
        row["用它的重点任务（项）"],
        row["来自"],
    )
    outside = pd.DataFrame({"step": ["立 项", "团建"], "row_count": [3, 1], "task_count": [2, 1]})
    assert ["立项", ""] == unlisted_frame(outside, OWN)["是不是"].tolist()
