"""Two waves of a questionnaire as counts, with a planted gap, group difference and change."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from pipelines.domain.months import shift
from pipelines.simulate import spelling as s
from pipelines.simulate.columns import contract_frame
from pipelines.simulate.model import Plan, SurveyTruth

COLUMNS = (  # of the file: header, field, way of writing
    ("问卷", "survey_id", s.text),
    ("题号", "question_id", s.text),
    ("选项", "option", s.text),
    ("人员类别", "stratum", s.text),
    ("人数", "n", s.number),
    ("有效样本数", "base_n", s.number),
    ("发放份数", "issued_n", s.number),
    ("调查月份", "wave_on", s.month_chinese),
)
SURVEY = "集团党建融合工作问卷"
BIG, FIELD, AWAY = "基层单位", "项目部", "驻外人员"
# People asked in the first and in the second wave; fewer than ten are away.
STRATA = {"机关": (64, 58), BIG: (152, 171), FIELD: (118, 103), AWAY: (7, 8)}
# Sheets handed out in the second wave; the first one did not say.
ISSUED = {"机关": 66, BIG: 214, FIELD: 149, AWAY: 9}
CLEAR = ("清楚", "基本清楚", "不清楚")
SEEN = ("看成效", "看过程", "说不清")
SINGLE: dict[str, tuple[tuple[str, ...], tuple[float, ...]]] = {
    "Q1": (CLEAR, (0.46, 0.38, 0.16)),
    "Q2": (CLEAR, (0.80, 0.15, 0.05)),
    "Q3": (SEEN, (0.34, 0.42, 0.24)),
    "Q4": (SEEN, (0.72, 0.20, 0.08)),
    "Q6": (("经常", "有时", "很少"), (0.62, 0.28, 0.10)),
    "Q7": (("能", "说不清", "不能"), (0.58, 0.34, 0.08)),
    "Q8": (("变好", "没有变化", "变差"), (0.45, 0.50, 0.05)),
}
SEVERAL: dict[str, dict[str, float]] = {
    "Q5": {
        "统一思想认识": 0.55,
        "转变工作作风": 0.48,
        "凝聚干部队伍": 0.60,
        "提高执行能力": 0.33,
        "促进科学决策": 0.27,
    }
}
TRUTH = SurveyTruth(
    gap_pair="目标清楚",
    gap=-0.34,
    group_question="Q6",
    group_option="经常",
    group=FIELD,
    group_difference=-0.32,
    changed_question="Q3",
    changed_option="看成效",
    change=0.22,
)


def surveys_frame(plan: Plan) -> pd.DataFrame:
    """Counts of eight questions by group: the last month and a year before it."""
    rng = plan.rng("survey")
    waves = (shift(plan.last_month, -12), plan.last_month)
    rows = [
        (
            SURVEY,
            question,
            option,
            stratum,
            n,
            sizes[wave],
            ISSUED[stratum] if wave else None,
            month,
        )
        for wave, month in enumerate(waves)
        for stratum, sizes in STRATA.items()
        for issued in [ISSUED[stratum] if wave else None]
        for question, option, n in _answers(rng, stratum, sizes[wave], wave)
    ]
    names = ("survey_id", "question_id", "option", "stratum", "n", "base_n", "issued_n", "wave_on")
    columns = zip(names, (list(column) for column in zip(*rows, strict=True)), strict=True)
    return contract_frame("survey_counts", dict(columns))


def _answers(
    rng: np.random.Generator, stratum: str, size: int, wave: int
) -> Iterator[tuple[str, str, int]]:
    """Question, option and how many of ``size`` people chose it."""
    for question in sorted({*SINGLE, *SEVERAL}):
        if question in SEVERAL:
            for option, share in SEVERAL[question].items():
                yield question, option, int(rng.binomial(size, share))
            continue
        options, shares = SINGLE[question]
        drawn = rng.multinomial(size, _shifted(question, shares, stratum, wave))
        for option, n in zip(options, drawn, strict=True):
            yield question, option, int(n)


def _shifted(
    question: str, shares: tuple[float, ...], stratum: str, wave: int
) -> tuple[float, float, float]:
    """The shares with what was planted: the first option gives to the second, or takes."""
    first, second, third = shares
    moved = 0.0
    if question == TRUTH.group_question and stratum == TRUTH.group:
        moved = TRUTH.group_difference
    if question == TRUTH.changed_question and wave == 1:
        moved = TRUTH.change
    if question == "Q8" and stratum == "机关":  # nobody says so: shown as a bound
        second, third = second + third, 0.0
    return first + moved, second - moved, third
