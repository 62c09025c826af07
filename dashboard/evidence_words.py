"""What 总览 may say of the kept association analysis: rules from states to sentences; pure."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from dashboard.associations import claims, count_sentence, pair_sentence
from dashboard.format import interval_texts
from pipelines.analysis.evidence import DIRECTION, EXCLUDED, STRONG, THIN, UNCLEAR

OTHERS = (DIRECTION, EXCLUDED, UNCLEAR)
PLACEBO = (
    "对照指标“{name}”也留下了较强证据，它本不该与活动有关：这一版的其他结论要打折看，先核对数据。"
)


@dataclass(frozen=True, kw_only=True)
class EvidenceLine:
    """A sentence, and the pair that it is about when it is about one."""

    text: str
    kpi: str | None = None
    activity_type: str | None = None


def evidence_lines(pairs: pd.DataFrame, *, most: int = 3) -> list[EvidenceLine]:
    """``pairs`` with ``kpi_name`` and ``is_placebo``: how many were tested and what they are, then
    the clearest 较强证据, each with its interval.

    Only 较强证据 is told one by one: away from its page a 线索 reads like more than it is. A
    placebo is never told as a finding; when it has evidence, that is a warning.
    """
    strong = claims(pairs)
    strong = strong[strong["state"] == STRONG]
    found = strong[~strong["is_placebo"]].head(most)
    lines = [EvidenceLine(text=_counts(pairs))]
    for (_, pair), interval in zip(found.iterrows(), interval_texts(found), strict=True):
        text = f"{pair_sentence(pair)}，95% 区间 {interval}。"
        lines.append(EvidenceLine(text=text, kpi=pair["kpi"], activity_type=pair["activity_type"]))
    for _, pair in strong[strong["is_placebo"]].head(1).iterrows():
        text = PLACEBO.format(name=pair["kpi_name"])
        lines.append(EvidenceLine(text=text, kpi=pair["kpi"], activity_type=pair["activity_type"]))
    return lines


def _counts(pairs: pd.DataFrame) -> str:
    counts = pairs["state"].value_counts()
    told = "、".join(f"{state} {counts[state]} 对" for state in OTHERS if state in counts)
    if (pairs["state"] == THIN).all() or not told:
        return f"{count_sentence(pairs)}。"
    return f"{count_sentence(pairs)}；{told}。"
