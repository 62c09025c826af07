"""From numbers to one of six states, with the reason in words; METHODS (a) 8–12."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

STRONG, CLUE, DIRECTION = "较强证据", "线索", "方向不明"
EXCLUDED, UNCLEAR, THIN = "基本可排除", "无法判断", "数据不足"
STATES = (STRONG, CLUE, DIRECTION, EXCLUDED, UNCLEAR, THIN)
# Why lags of a type, or types, that are exact sums of others have no figure of their own.
INSEPARABLE = (
    "次数在各单位按同一节奏重复，或总与另一类活动同增同减，"
    "数据分不出是隔几个月、哪一类活动与指标同向变化"
)

STRONG_Q, CLUE_Q, LEAD_P = 0.05, 0.10, 0.05
NEGLIGIBLE = 0.1  # σ_w
FULL_UNITS = 20  # with 12–19 units at most 线索
LEAST_EFFECTIVE_UNITS, LARGEST_SHARE = 10, 0.25
SIZES = ((0.05, "极弱"), (0.10, "弱"), (0.20, "中"), (np.inf, "强"))


@dataclass(frozen=True, kw_only=True)
class Evidence:
    """What is known of one pair. ``low``, ``high``: 95 % of the effect over the window;
    ``reach``: the farthest that any simultaneous or window interval goes from 0, in σ_w."""

    q: float
    p_lead: float
    direction_confirmed: bool
    reach: float
    n_units: int
    effective_units: float
    largest_share: float
    sign_stable: bool


def state_of(found: Evidence) -> tuple[str, str]:
    """The state and its reason; a claim has to pass every gate, the first that fails is named."""
    if not np.isfinite(found.q):
        return THIN, "算不出来"
    if found.q > CLUE_Q:
        return _no_claim(found)
    if _led_by_few(found):
        return UNCLEAR, _few_words(found)
    if not found.sign_stable:
        return UNCLEAR, "去掉一个单位后方向就变"
    if found.p_lead < LEAD_P and not found.direction_confirmed:
        return DIRECTION, "活动晚于指标时也同向变化，谁先谁后分不清"
    if found.q > STRONG_Q:
        return CLUE, "校正后 q 在 0.05—0.10 之间"
    if found.n_units < FULL_UNITS:
        return CLUE, f"只有 {found.n_units} 个单位，少于 {FULL_UNITS} 个，最多作线索"
    return STRONG, "校正后 q ≤ 0.05，去掉任一单位方向不变"


def size_word(effect: float) -> str:
    """极弱, 弱, 中 or 强 for |effect| in σ_w per SD of activity; empty when unknown."""
    if not np.isfinite(effect):
        return ""
    return next(word for limit, word in SIZES if abs(effect) < limit)


def _no_claim(found: Evidence) -> tuple[str, str]:
    if found.reach <= NEGLIGIBLE and _led_by_few(found):
        return UNCLEAR, _few_words(found)  # their intervals are too narrow to exclude anything
    if found.reach <= NEGLIGIBLE:
        return EXCLUDED, f"各滞后的区间都在 ±{NEGLIGIBLE} 个常见波动之内"
    return UNCLEAR, "校正后看不出差别，区间也排除不了有意义的变化"


def _led_by_few(found: Evidence) -> bool:
    few = found.effective_units < LEAST_EFFECTIVE_UNITS
    return few or found.largest_share > LARGEST_SHARE


def _few_words(found: Evidence) -> str:
    return (
        f"由个别单位主导：有效单位 {found.effective_units:.0f} 个，"
        f"占比最大的一个单位 {found.largest_share:.0%}"
    )
