"""What a demo organisation is: its sizes, its time line, its frames and its truth."""

from __future__ import annotations

import zlib
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import pandas as pd

from pipelines.domain.months import month_index, month_range, shift

BURN_IN = 12  # months simulated before the first reported one, so that lags have a past
AS_OF_DAYS = 6  # the export is made this many days after the last month has ended


@dataclass(frozen=True, kw_only=True)
class Plan:
    """Sizes and seed. Positions count months from the first simulated (burn-in) month.

    Raises ValueError when a size is below what the planted structure needs.
    """

    units: int
    months: int
    kpis: int
    activities_per_unit_month: float
    last_month: str
    seed: int

    def __post_init__(self) -> None:
        minimum = {"units": 8, "months": 6, "kpis": 13}
        for name, least in minimum.items():
            if getattr(self, name) < least:
                raise ValueError(f"{name} must be at least {least}, got {getattr(self, name)}")
        if self.activities_per_unit_month <= 0:
            raise ValueError("activities_per_unit_month must be positive")
        month_index(self.last_month)

    def rng(self, part: str) -> np.random.Generator:
        """An independent stream for one part, so that parts can change without each other."""
        return np.random.default_rng([self.seed, zlib.crc32(part.encode())])

    @cached_property
    def all_months(self) -> list[str]:
        """Burn-in and reported months, oldest first."""
        first = shift(self.last_month, 1 - self.months - BURN_IN)
        return month_range(first, self.last_month)

    @property
    def reported_months(self) -> list[str]:
        return self.all_months[BURN_IN:]

    @cached_property
    def month_starts(self) -> np.ndarray:
        """datetime64[D] of the first day of every month in all_months."""
        return np.array(self.all_months, dtype="datetime64[M]").astype("datetime64[D]")

    @property
    def end(self) -> np.datetime64:
        """The first day after the last month."""
        return (np.datetime64(self.last_month, "M") + 1).astype("datetime64[D]")

    @property
    def as_of(self) -> np.datetime64:
        """The day of the export: nothing is recorded later."""
        return self.end + AS_OF_DAYS

    def position(self, fraction: float) -> int:
        """The position of a reported month, ``fraction`` (0–1) of the way to the last."""
        return BURN_IN + round(fraction * (self.months - 1))


@dataclass(frozen=True, kw_only=True)
class PlantedLink:
    """``effect``: improvement of the KPI, in standard deviations of its noise, ``lag`` months
    after one within-unit standard deviation more of this activity."""

    activity_type: str
    kpi_id: str
    lag: int
    effect: float


@dataclass(frozen=True, kw_only=True)
class Initiative:
    """Carriers adopted by some units. ``adopters``: frame [unit, month, carrier_id].

    ``effect``: improvement in standard deviations of the KPI's noise, from ``month`` on;
    0 for the selection trap, whose adopters were picked after their worst quarter.
    """

    name: str
    kind: str
    kpi_id: str
    effect: float
    adopters: pd.DataFrame = field(repr=False)


@dataclass(frozen=True, kw_only=True)
class SurveyTruth:
    """What was planted in the questionnaire, as differences of shares (0–1).

    ``gap``: party less business question of ``gap_pair``; ``group_difference``: ``group`` less
    the other groups; ``change``: second wave less first.
    """

    gap_pair: str
    gap: float
    group_question: str
    group_option: str
    group: str
    group_difference: float
    changed_question: str
    changed_option: str
    change: float


@dataclass(frozen=True, kw_only=True)
class Truth:
    """What was planted, by identifier. Frames and their columns:

    ``late_records`` [record_id, lag_days]: recorded 8 or more days after the activity.
    ``misdated_records`` [record_id, true_start_at]: dated after they were recorded.
    ``bursts`` [record_id, event_id]: held in the ten days before an inspection, for the trace.
    ``near_duplicates`` [record_id, copy_of]: agenda copied, one number changed.
    ``merged_meetings`` [record_id, admin_record_id]: same time and place.
    ``activity_kpis`` [record_id, kpi_id]: what an activity is about, by its topic.
    ``missing_unit_months`` [unit, month]: nothing reported; ``late_founded`` [unit, month].
    ``claim_outcomes`` [claim_id, outcome]: improved (by the initiative),
    not_improved, vague, too_little, pending: what was planted, not what can be told from one unit.
    ``vetoes`` [unit, month, side, item]: scored below the floor of a veto item.
    """

    links: tuple[PlantedLink, ...]
    placebo_kpi_id: str
    initiative: Initiative
    trap: Initiative
    survey: SurveyTruth
    late_records: pd.DataFrame = field(repr=False)
    misdated_records: pd.DataFrame = field(repr=False)
    bursts: pd.DataFrame = field(repr=False)
    near_duplicates: pd.DataFrame = field(repr=False)
    merged_meetings: pd.DataFrame = field(repr=False)
    activity_kpis: pd.DataFrame = field(repr=False)
    missing_unit_months: pd.DataFrame = field(repr=False)
    late_founded: pd.DataFrame = field(repr=False)
    claim_outcomes: pd.DataFrame = field(repr=False)
    vetoes: pd.DataFrame = field(repr=False)


@dataclass(frozen=True, kw_only=True)
class Organisation:
    """``frames``: dataset name → frame in the contract's columns and types.

    Unit columns hold unit_id and KPI columns kpi_id; the sample files spell names instead.
    """

    plan: Plan
    frames: dict[str, pd.DataFrame] = field(repr=False)
    truth: Truth = field(repr=False)
