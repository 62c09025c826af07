"""What the page 问卷 shows, from counts that are made safe first: shares and three differences."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from pipelines.analysis.suppression import BOUND, HIDDEN, SHOWN, suppress
from pipelines.analysis.surveys import newcombe, wilson, worst_case
from pipelines.survey_questions import HARD, SOFT, Question

TOTAL = "全体"
CELL = ["survey_id", "wave_on", "question_id", "stratum"]
_KNOWN = [SHOWN, BOUND]
_DIFFERENCE = ["share", "low", "high", "status"]


def safe_shares(counts: pd.DataFrame) -> pd.DataFrame:
    """Rows of the query survey_counts, all of them, with [status, reason, share, low, high].

    Groups are hidden before anything else is done. ``share`` (0–1) is missing where a cell is
    hidden or a bound; low and high are the Wilson interval, missing where hidden. n is missing
    for a bound as well, so that neither the table nor a download says an exact 0 or 100 %.
    ``issued_n``, ``response_rate`` (0–1), ``worst_low`` and ``worst_high`` (share among all who
    were asked, when those who did not answer are all against and all for) are missing where
    hidden, and where the sheets handed out are not told or fewer than the answers.
    """
    rows = counts.assign(stratum=counts["stratum"].fillna(TOTAL))
    rows = rows.drop_duplicates([*CELL, "option"], keep="last")
    found = suppress(rows, total=TOTAL)
    n, base = (found[name].astype(float).fillna(0.0) for name in ("n", "base_n"))
    low, high = wilson(n, base)
    hidden = found["status"] == HIDDEN
    share = (n / base.where(base > 0)).where(found["status"] == SHOWN)
    found = found.assign(**_non_response(found, n, base, hidden))
    return found.assign(
        share=share,
        low=pd.Series(low, index=found.index).mask(hidden),
        high=pd.Series(high, index=found.index).mask(hidden),
        count=n.mask(hidden),  # for differences only; never shown
        n=found["n"].mask(found["status"] != SHOWN),
    )


def _non_response(
    found: pd.DataFrame, n: pd.Series, base: pd.Series, hidden: pd.Series
) -> dict[str, pd.Series]:
    given = found.get("issued_n", pd.Series(np.nan, index=found.index)).astype(float)
    issued = given.mask(hidden | (given < base) | (given <= 0))
    asked = issued.fillna(base.clip(lower=1.0))  # any: masked below
    low, high = (pd.Series(each, index=found.index) for each in worst_case(n, base, asked))
    return {
        "issued_n": issued,
        "response_rate": base / issued,
        "worst_low": low.mask(issued.isna()),
        "worst_high": high.mask(issued.isna()),
    }


def known_question(cells: pd.DataFrame, questions: Sequence[Question]) -> Question | None:
    """The question that the rows of one survey, wave and question_id are; None when unknown."""
    question_id, options = str(cells["question_id"].iloc[0]), cells["option"].unique()
    return next((each for each in questions if each.fits(question_id, options)), None)


def soft_hard_gaps(cells: pd.DataFrame, questions: Sequence[Question]) -> pd.DataFrame:
    """Share on the party side less share on the business side, per topic and group.

    ``cells``: safe_shares of one survey and wave. A side of several options is the mean of their
    shares. The same people answer both, so the distances add up plainly (Newcombe's method with a
    correlation of −1, the widest). Frame [topic, stratum, soft, hard, share, low, high, status].
    """
    sides = [
        (known.pair or known.question, side, rows[rows["option"].isin(known.options_of(side))])
        for _, rows in cells.groupby("question_id", sort=False)
        if (known := known_question(rows, questions)) is not None
        for side in (SOFT, HARD)
        if known.options_of(side)
    ]
    topics = list(dict.fromkeys(topic for topic, _, _ in sides))
    found = []
    for topic in topics:
        soft, hard = (_side(sides, topic, side) for side in (SOFT, HARD))
        if soft is not None and hard is not None:
            found += [_gap(topic, s, soft, hard) for s in soft["stratum"].unique()]
    columns = ["topic", "stratum", "soft", "hard", *_DIFFERENCE]
    return pd.DataFrame([each for each in found if each], columns=columns)


def _side(sides: list[tuple[str, str, pd.DataFrame]], topic: str, side: str) -> pd.DataFrame | None:
    return next((rows for name, at, rows in sides if (name, at) == (topic, side)), None)


def _gap(
    topic: str, stratum: str, soft: pd.DataFrame, hard: pd.DataFrame
) -> dict[str, object] | None:
    ours, theirs = (each[each["stratum"] == stratum] for each in (soft, hard))
    if theirs.empty:
        return None
    status = worst([*ours["status"], *theirs["status"]])
    found: dict[str, object] = {"topic": topic, "stratum": stratum, "status": status}
    if status == HIDDEN:
        return {**found, **dict.fromkeys(("soft", "hard", "share", "low", "high"), np.nan)}
    mine, other = ours["share"].mean(skipna=False), theirs["share"].mean(skipna=False)
    low = ours["low"].mean() - theirs["high"].mean()
    high = ours["high"].mean() - theirs["low"].mean()
    return {**found, "soft": mine, "hard": other, "share": mine - other, "low": low, "high": high}


def group_differences(cells: pd.DataFrame) -> pd.DataFrame:
    """Every group less the largest one shown, per option; different people, so independent.

    ``cells``: safe_shares of one survey and wave. Groups that overlap have an interval that is
    rather too wide. Frame [question_id, option, stratum, other, share, low, high, status].
    """
    groups = cells[cells["stratum"] != TOTAL]
    shown = groups[groups["status"].isin(_KNOWN)]
    if shown.empty:
        return pd.DataFrame(columns=["question_id", "option", "stratum", "other", *_DIFFERENCE])
    sizes = shown.groupby("stratum")["base_n"].max()
    largest = sorted(sizes.items(), key=lambda each: (-each[1], each[0]))[0][0]
    keys = ["question_id", "option"]
    other = groups[groups["stratum"] == largest]
    pairs = groups[groups["stratum"] != largest].merge(other, on=keys, suffixes=("", "_other"))
    found = _less(pairs).assign(other=largest)
    return found[[*keys, "stratum", "other", *_DIFFERENCE]]


def wave_changes(shares: pd.DataFrame, survey: str, wave: str) -> pd.DataFrame:
    """``wave`` less the wave before, per option and group, as if different people answered.

    ``shares``: safe_shares. A question whose options have changed is not compared. Frame
    [question_id, option, stratum, before, share, low, high, status]; empty for the first wave.
    """
    rows = shares[shares["survey_id"] == survey]
    earlier = sorted(each for each in rows["wave_on"].unique() if each < wave)
    columns = ["question_id", "option", "stratum", "before", *_DIFFERENCE]
    if not earlier:
        return pd.DataFrame(columns=columns)
    now, before = rows[rows["wave_on"] == wave], rows[rows["wave_on"] == earlier[-1]]
    same = [q for q in now["question_id"].unique() if _options(now, q) == _options(before, q)]
    now = now[now["question_id"].isin(same)]
    pairs = now.merge(before, on=["question_id", "option", "stratum"], suffixes=("", "_other"))
    return _less(pairs).assign(before=earlier[-1])[columns]


def _options(rows: pd.DataFrame, question: object) -> set[object]:
    return set(rows.loc[rows["question_id"] == question, "option"])


def _less(pairs: pd.DataFrame) -> pd.DataFrame:
    """``pairs`` with share, low, high and status of the first less the _other."""
    counts = pairs[["count", "base_n", "count_other", "base_n_other"]].astype(float).fillna(0.0)
    low, high = newcombe(*(counts[name].to_numpy() for name in counts))
    status = [worst(pair) for pair in zip(pairs["status"], pairs["status_other"], strict=True)]
    pairs = pairs.assign(share=pairs["share"] - pairs["share_other"], status=status)
    hidden = pairs["status"] == HIDDEN
    return pairs.assign(
        low=pd.Series(low, index=pairs.index).mask(hidden),
        high=pd.Series(high, index=pairs.index).mask(hidden),
    )


def worst(statuses: Sequence[str]) -> str:
    """hidden before bound before shown: what a figure made of several cells is."""
    return next((each for each in (HIDDEN, BOUND) if each in statuses), SHOWN)
