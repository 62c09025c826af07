"""Whether a figure is good, and how that is shown: by shape and word before colour."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import pandas as pd

from dashboard.format import is_missing

WARNING_FLOOR = 0.9  # a house default, changed on the page; no rule prescribes it


class Status(StrEnum):
    """Attainment of one figure; a KPI that nobody has defined has no direction to judge by."""

    MET = "● 达成"
    WARNING = "▲ 预警"
    MISSED = "■ 未达成"
    NO_TARGET = "○ 无目标"
    NO_SCALE = "○ 目标不为正"
    UNDEFINED = "○ 未判断"


class Goodness(StrEnum):
    """What a change means for this KPI, whatever its sign."""

    BETTER = "better"
    WORSE = "worse"
    NEUTRAL = "neutral"


@dataclass(frozen=True, kw_only=True)
class Polarity:
    """Direction of a KPI: ``up``, ``down`` or ``band`` with its limits."""

    direction: str | None
    band_low: float | None = None
    band_high: float | None = None

    def shortfall(self, value: float) -> float | None:
        """How far ``value`` is from the good side; smaller is better; None when unknown."""
        if self.direction == "up":
            return -value
        if self.direction == "down":
            return value
        if self.direction != "band" or is_missing(self.band_low) or is_missing(self.band_high):
            return None
        return max(self.band_low - value, value - self.band_high, 0.0)


def status_of(
    attainment_rate: float | None,
    floor: float = WARNING_FLOOR,
    *,
    is_defined: bool = True,
    target: float | None = None,
) -> Status:
    """达成 from 100 %, 预警 from ``floor`` (0–1), 未达成 below.

    ``is_defined``: whether 指标库 holds the KPI; without it even a target judges nothing.
    ``target``: one that is there and not above 0 gives no share to reach.
    """
    if is_missing(attainment_rate):
        if not is_defined:
            return Status.UNDEFINED
        return Status.NO_TARGET if is_missing(target) or target > 0 else Status.NO_SCALE
    if attainment_rate >= 1:
        return Status.MET
    return Status.WARNING if attainment_rate >= floor else Status.MISSED


def statuses(totals: pd.DataFrame, floor: float = WARNING_FLOOR) -> list[Status]:
    """The status of every row of kpi_month_totals."""
    return [
        status_of(
            rate, floor, is_defined=not is_missing(direction) and bool(direction), target=target
        )
        for rate, direction, target in zip(
            totals["attainment_rate"], totals["direction"], totals["target"], strict=True
        )
    ]


def goodness_of(now: float | None, before: float | None, polarity: Polarity) -> Goodness:
    """Whether the way from ``before`` to ``now`` is for the better under this polarity."""
    if is_missing(now) or is_missing(before):
        return Goodness.NEUTRAL
    far_now, far_before = polarity.shortfall(now), polarity.shortfall(before)
    if far_now is None or far_before is None or far_now == far_before:
        return Goodness.NEUTRAL
    return Goodness.BETTER if far_now < far_before else Goodness.WORSE
