"""Initiatives against comparison units: the estimates, the gates, and what may be said."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd

from pipelines.analysis.adjusted import (
    LAST,
    POST,
    UNTESTED,
    Ancova,
    Stack,
    Tested,
    ancova,
    ancova_of,
    freedman_lane,
    stacks_of,
)
from pipelines.analysis.adoption import adoption_panel
from pipelines.analysis.group_time import att_gt, event_times
from pipelines.analysis.multiplicity import benjamini_hochberg

__all__ = ["Ancova", "Assessment", "ancova", "assess", "att_gt", "corrected", "event_times"]

MIN_ADOPTERS, MIN_CONTROLS = 3, 5
GATE_P = 0.025  # for each of two checks: a clean initiative raises the banner in one of twenty
CLEAR, UNCLEAR, CHANCE = "有差别", "看不出差别", "校正后看不出差别"
FALSE_RATE = 0.05  # of the initiatives called 有差别 among those listed, at most
NEEDED = f"采用前要有至少 {LAST + 3} 个月、采用后至少 1 个月的指标，并有未采用的单位可比。"
BANNER, FEW_ADOPTERS, DESCRIPTIVE, THIN = "采用前已不同", "采用单位太少", "只作描述", "数据不足"


@dataclass(frozen=True, kw_only=True)
class Assessment:
    """What may be said: ``state`` and ``reasons`` in Chinese, in the order of their weight.

    ``effect, low, high`` in units of y and ``p`` are NaN unless a number may be told. ``q``: p
    corrected for all initiatives looked at, NaN before ``corrected``. ``dip_p`` and ``trend_p``:
    permutation p of the two checks before adoption.
    """

    state: str
    reasons: tuple[str, ...]
    effect: float
    low: float
    high: float
    p: float
    p_floor: float
    dip_p: float
    trend_p: float
    n_adopters: int
    n_controls: int
    cohorts: pd.DataFrame = field(repr=False)
    q: float = float("nan")

    @property
    def is_told(self) -> bool:
        """Whether a number may be shown."""
        return self.state in (CLEAR, UNCLEAR, CHANCE)


_THIN = Assessment(
    state=THIN,
    reasons=(NEEDED,),
    **dict.fromkeys(("effect", "low", "high", "p", "p_floor", "dip_p", "trend_p"), float("nan")),
    n_adopters=0,
    n_controls=0,
    cohorts=pd.DataFrame(),
)


def assess(
    frame: pd.DataFrame, *, post: int = POST, draws: int = 1999, seed: int = 0
) -> Assessment:
    """The ANCOVA of ``frame [unit, period, y, cohort]`` behind the gates of METHODS (c).

    Gates: no cohort with 6 periods before and 1 after adoption → 数据不足; < 5 controls →
    只作描述; last 3 periods or slope before adoption apart from the controls (p < .025 each) →
    采用前已不同; < 3 adopters → 采用单位太少, with the smallest p that permuting could give.
    A frame without rows is 数据不足.
    """
    if frame.empty:
        return _THIN
    panel = adoption_panel(frame)
    found = ancova_of(panel, post=post, draws=draws, seed=seed)
    return behind_gates(found, stacks_of(panel, post=post), draws=draws, seed=seed)


def behind_gates(found: Ancova, stacks: list[Stack], *, draws: int, seed: int) -> Assessment:
    """An ANCOVA of ``stacks`` behind the gates of ``assess``."""
    dip = _check(stacks, "dip", draws, seed)
    trend = _check(stacks, "trend", draws, seed)
    state, reasons = _gated(found, dip, trend)
    told = found if state in (CLEAR, UNCLEAR) else UNTESTED
    return Assessment(
        state=state,
        reasons=tuple(reasons),
        effect=told.effect,
        low=told.low,
        high=told.high,
        p=told.p,
        p_floor=found.p_floor,
        dip_p=dip.p,
        trend_p=trend.p,
        n_adopters=found.n_adopters,
        n_controls=found.n_controls,
        cohorts=found.cohorts if told is found else _without_numbers(found.cohorts),
    )


def corrected(found: Sequence[Assessment]) -> list[Assessment]:
    """All initiatives looked at together: q of Benjamini and Hochberg over those with a p.

    有差别 stays where q ≤ FALSE_RATE; else it becomes 校正后看不出差别, with the number of tests.
    """
    q = benjamini_hochberg([each.p if each.is_told else np.nan for each in found])
    tests = int(np.isfinite(q).sum())
    return [_with_q(each, float(own), tests) for each, own in zip(found, q, strict=True)]


def _with_q(found: Assessment, q: float, tests: int) -> Assessment:
    if found.state != CLEAR:
        return replace(found, q=q)
    if tests == 1:
        return replace(found, q=q)
    told = f"同时检验了 {tests} 个项目，多重比较校正后 q = {q:.3f}"
    if q <= FALSE_RATE:
        return replace(found, q=q, reasons=(*found.reasons, f"{told}，不超过 {FALSE_RATE}。"))
    said = f"只看这一个项目，区间不含 0；但{told}，大于 {FALSE_RATE}，可能只是偶然。"
    return replace(found, q=q, state=CHANCE, reasons=(said, *found.reasons[1:]))


def _check(stacks: list[Stack], what: str, draws: int, seed: int) -> Tested:
    """Adopters against controls before adoption: last months against earlier ones, or slope."""
    parts = []
    for stack in stacks:
        response = stack.last - stack.before if what == "dip" else stack.slope
        parts.append((stack, response, np.empty((len(response), 0))))
    return freedman_lane(parts, draws=draws, seed=seed)


def _gated(found: Ancova, dip: Tested, trend: Tested) -> tuple[str, list[str]]:
    if found.cohorts.empty:
        return THIN, [NEEDED]
    reasons = []
    if found.n_controls < MIN_CONTROLS:
        reasons.append(
            f"可比的对照单位只有 {found.n_controls} 个，少于 {MIN_CONTROLS} 个，只作描述。"
        )
    if dip.p < GATE_P:
        word = "低" if dip.effect < 0 else "高"
        reasons.append(
            f"采用前 {LAST} 个月，采用单位比自己更早时的水平偏{word}，对照单位没有同样的变化"
            f"（排列检验 p = {dip.p:.3f}）：回到平常水平也会像是变化。"
        )
    if trend.p < GATE_P:
        reasons.append(
            f"采用前两组单位的走势已经不同（排列检验 p = {trend.p:.3f}），"
            "采用后的差别不能归到项目上。"
        )
    gated = dip.p < GATE_P or trend.p < GATE_P
    if found.n_adopters < MIN_ADOPTERS:
        reasons.append(
            f"采用单位只有 {found.n_adopters} 个，少于 {MIN_ADOPTERS} 个；"
            f"排列检验的 p 值最小只能到 {found.p_floor:.3f}，不作判断。"
        )
    if found.n_controls < MIN_CONTROLS:
        return DESCRIPTIVE, reasons
    if gated:
        return BANNER, reasons
    if found.n_adopters < MIN_ADOPTERS:
        return FEW_ADOPTERS, reasons
    if not np.isfinite(found.effect):
        return THIN, ["指标没有变化，或单位太少，算不出区间。"]
    if found.low <= 0 <= found.high:
        return UNCLEAR, ["95% 区间包含 0。"]
    return CLEAR, ["95% 区间不含 0；采用前两项检查没有发现不同。"]


def _without_numbers(cohorts: pd.DataFrame) -> pd.DataFrame:
    return cohorts.assign(effect=np.nan, low=np.nan, high=np.nan, p=np.nan)
