"""One KPI and all activity types as a complete, scaled, prewhitened panel ready for the tests."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from pipelines.analysis.arrays import Floats
from pipelines.analysis.ranks import rank_correlation

Positions = NDArray[np.int64]

MIN_UNITS = 12
MIN_ACTIVE_UNITS = 8
MIN_MONTHS = 18
TEST_MONTHS = 16  # L = min(max_lag, T − 16)
MAX_MISSING = 0.2
EM_ROUNDS, EM_RANK = 12, 2
LAG_BINS = ((0, 1), (2, 3), (4, 6), (7, 12))
LEADS = 3


class Thin(ValueError):
    """Too little to say anything; the message says in Chinese what there is too little of."""


@dataclass(frozen=True, kw_only=True)
class Prepared:
    """A complete panel of one KPI: n units, T months, k activity types.

    ``y`` (n, T) in within-unit SDs of the KPI, ``x`` (k, n, T) in within-unit SDs of the type;
    both filled where a kept unit lacked at most a fifth; ``reported`` (n, T): the KPI was not.
    ``start``, ``end``: the outcome months are start … end − 1. ``units``, ``types``: positions on
    the axes of the cubes.
    """

    units: Positions
    types: Positions
    start: int
    end: int
    max_lag: int
    y: Floats
    reported: NDArray[np.bool_]
    x: Floats
    sigma: float
    sd_activity: Floats
    logged: bool
    rho: float

    @property
    def months(self) -> int:
        return self.end - self.start

    def observations(self, *, last: int = 0) -> int:
        """Outcome cells (n, months − last) that hold a figure as reported; filled ones are none."""
        return int(self.reported[:, self.start : self.end - last].sum())

    @cached_property
    def now(self) -> tuple[Floats, Floats]:
        """The KPI (n, months) and every activity at lags 0 … L (k, L + 1, n, months)."""
        return self.outcome(), self.moved(range(self.max_lag + 1))

    def outcome(self, *, last: int = 0) -> Floats:
        """Prewhitened, demeaned KPI (n, months − last), the last months left out."""
        end = self.end - last
        now, before = self.y[:, self.start : end], self.y[:, self.start - 1 : end - 1]
        return demeaned(now - self.rho * before)

    def moved(self, lags: range, *, last: int = 0) -> Floats:
        """Prewhitened, demeaned activity ``lag`` months earlier (k, lags, n, months − last)."""
        end = self.end - last
        white = self.x[:, :, 1:] - self.rho * self.x[:, :, :-1]  # month t stands at t − 1
        moved = np.empty((len(white), len(lags), white.shape[1], end - self.start))
        for at, lag in enumerate(lags):
            moved[:, at] = demeaned(white[:, :, self.start - lag - 1 : end - lag - 1])
        return moved


class Activities:
    """Activity cubes (K, N, T), NaN where missing; scaled and filled once for all KPIs that keep
    the same units and months."""

    def __init__(self, cubes: Floats) -> None:
        self.cubes = cubes
        self._scaled: dict[tuple[bytes, int, int], tuple[Positions, Floats, Floats]] = {}

    def scaled(self, units: Positions, first: int, end: int) -> tuple[Positions, Floats, Floats]:
        """Positions of the types that vary within units, their within-unit SD (k,), and the cubes
        (k, n, T) over it with the months first … end − 1 complete. Raises Thin without any."""
        key = (units.tobytes(), first, end)
        if key not in self._scaled:
            self._scaled[key] = self._computed(units, first, end)
        return self._scaled[key]

    def _computed(self, units: Positions, first: int, end: int) -> tuple[Positions, Floats, Floats]:
        cells = self.cubes[:, units]
        types = _varying_types(cells[:, :, first:end])
        if not len(types):
            raise Thin(f"没有一类活动在 {MIN_ACTIVE_UNITS} 个以上单位开展过且有变化")
        spread = np.array([within_sd(each[:, first:end]) for each in cells[types]])
        parts = [
            _placed(cells[at] / sd, first, end, rank=0)
            for at, sd in zip(types, spread, strict=True)
        ]
        return types, spread, np.stack(parts)


def prepare(y: Floats, activities: Activities, *, max_lag: int) -> Prepared:
    """The panel of one KPI. ``y`` (N, T) signed, NaN where missing.

    METHODS (a) 1–3: logs when the spread grows with the level, EM fill of at most 20 %, units
    with more missing and types with fewer than 8 active units are left out, effects in
    within-unit SDs, ρ from lag-bin residuals. Raises Thin when units or months do not suffice.
    """
    x = activities.cubes
    first_x, last_x = _span(np.isfinite(x).any(axis=0))
    first_y, last_y = _span(np.isfinite(y))
    end = min(last_x, last_y) + 1
    months = end - max(first_x, first_y)
    if months < MIN_MONTHS:
        raise Thin(f"指标和活动共同有记录的只有 {max(months, 0)} 个月，少于 {MIN_MONTHS} 个月")
    lags = _longest_lag(first_x=first_x, first_y=first_y, end=end, max_lag=max_lag)
    start = max(first_y + 1, first_x + lags + 1)
    units = _kept_units(y, x, start=start, end=end, lags=lags)
    if len(units) < MIN_UNITS:
        raise Thin(f"记录够完整的单位只有 {len(units)} 个，少于 {MIN_UNITS} 个")
    values = stabilised(y[units])
    logged = not np.array_equal(values, y[units], equal_nan=True)
    inside = values[:, start - 1 : end]
    sigma = within_sd(inside)
    if not sigma > 1e-12 * max(1.0, float(np.nanmax(np.abs(inside)))):
        raise Thin("指标在各单位内没有变化")
    types, spread, filled_x = activities.scaled(units, start - lags - 1, end)
    filled_y = _placed(values / sigma, start - 1, end, rank=EM_RANK)
    rho = _residual_rho(filled_y, filled_x, start=start, end=end, lags=lags)
    return Prepared(
        units=units,
        types=types,
        start=start,
        end=end,
        max_lag=lags,
        y=filled_y,
        reported=np.isfinite(y[units]),
        x=filled_x,
        sigma=sigma,
        sd_activity=spread,
        logged=logged,
        rho=rho,
    )


def bins_of(max_lag: int) -> list[range]:
    """The lag bins 0–1, 2–3, 4–6, 7–12 as far as ``max_lag`` reaches."""
    cut = [range(low, min(high, max_lag) + 1) for low, high in LAG_BINS]
    return [each for each in cut if len(each)]


def demeaned(values: Floats) -> Floats:
    """Complete (…, n, T) without unit and month means."""
    months = values.shape[-1]
    free = values - (values @ np.full(months, 1 / months))[..., None]
    free -= free.mean(axis=-2, keepdims=True)
    return free


def within_sd(values: Floats) -> float:
    """SD of the known cells (n, T) about the mean of their unit."""
    known = np.isfinite(values)
    counts = known.sum(axis=1)
    held = np.where(known, values, 0.0)
    means = held.sum(axis=1) / np.maximum(counts, 1)
    deviation = np.where(known, values - means[:, None], 0.0)
    return float(np.sqrt((deviation**2).sum() / max(1, known.sum())))


def stabilised(y: Floats) -> Floats:
    """Logs when all values have one sign and units with a larger mean vary more, else unchanged.

    ``y`` (units, months) with NaN. METHODS (a) 1: rank correlation of unit SD and mean above .5.
    Values below zero keep their order: −log(−y).
    """
    known = y[np.isfinite(y)]
    if known.size == 0 or not ((known > 0).all() or (known < 0).all()):
        return y
    enough = np.isfinite(y).sum(axis=1) >= 3
    if enough.sum() < 3:
        return y
    spread, level = np.nanstd(y[enough], axis=1), np.abs(np.nanmean(y[enough], axis=1))
    if not rank_correlation(spread, level) > 0.5:
        return y
    return np.sign(y) * np.log(np.abs(y))


def filled(values: Floats, *, rank: int) -> Floats:
    """Missing cells (n, T) from two-way effects plus ``rank`` factors, 12 rounds of EM.

    Every unit and month needs a known cell. Known cells are returned unchanged.
    """
    known = np.isfinite(values)
    if known.all():
        return values.copy()
    done = np.where(known, values, _rough_fit(values))
    for _ in range(EM_ROUNDS):
        free = demeaned(done)
        fit = done - free
        if rank:
            factors = np.linalg.eigh(free.T @ free)[1][:, -rank:]
            fit = fit + free @ factors @ factors.T
        done = np.where(known, values, fit)
    return done


def _rough_fit(values: Floats) -> Floats:
    """Unit mean plus month deviation from what is known."""
    unit = np.nanmean(values, axis=1, keepdims=True)
    month = np.nan_to_num(_mean_or_nan(values - unit))
    return unit + month


def _mean_or_nan(values: Floats) -> Floats:
    counts = np.isfinite(values).sum(axis=0)
    total = np.where(np.isfinite(values), values, 0.0).sum(axis=0)
    return np.where(counts > 0, total / np.maximum(counts, 1), np.nan)


def _placed(values: Floats, first: int, end: int, *, rank: int) -> Floats:
    """``values`` with the months first … end − 1 complete; the others stay as they are."""
    done = values.copy()
    done[:, first:end] = filled(values[:, first:end], rank=rank)
    return done


def _span(known: NDArray[np.bool_]) -> tuple[int, int]:
    """First and last month with any known cell; (0, −1) when there is none."""
    months = np.flatnonzero(known.any(axis=0))
    return (int(months[0]), int(months[-1])) if len(months) else (0, -1)


def _longest_lag(*, first_x: int, first_y: int, end: int, max_lag: int) -> int:
    """The largest lag that leaves 16 outcome months; with equal spans min(max_lag, T − 16)."""
    from_activity = end - first_x - TEST_MONTHS
    return max(0, min(max_lag, from_activity))


def _kept_units(y: Floats, x: Floats, *, start: int, end: int, lags: int) -> Positions:
    """Units with at most a fifth of the KPI and of the activity span missing."""
    lost_y = (~np.isfinite(y[:, start - 1 : end])).mean(axis=1)
    spans = np.isfinite(x[:, :, start - lags - 1 : end]).any(axis=0)
    lost_x = 1.0 - spans.mean(axis=1)
    return np.flatnonzero((lost_y <= MAX_MISSING) & (lost_x <= MAX_MISSING))


def _varying_types(cells: Floats) -> Positions:
    """Types (k, n, T) held by 8 units or more and not constant within units."""
    active = (np.nan_to_num(cells) > 0).any(axis=2).sum(axis=1) >= MIN_ACTIVE_UNITS
    varies = np.array([within_sd(each) for each in cells]) > 1e-9
    return np.flatnonzero(active & varies)


def _residual_rho(y: Floats, x: Floats, *, start: int, end: int, lags: int) -> float:
    """Autocorrelation of the residual on lag bins, two-way, plus (1 + ρ)/(T_e − 1)."""
    columns = [sum(x[:, :, start - lag : end - lag] for lag in each) for each in bins_of(lags)]
    design = demeaned(np.concatenate(columns)).reshape(len(x) * len(columns), -1)
    target = demeaned(y[:, start:end])
    coef = np.linalg.lstsq(design @ design.T, design @ target.ravel(), rcond=1e-10)[0]
    residual = target - (coef @ design).reshape(target.shape)
    earlier = residual[:, :-1]
    rho = float((residual[:, 1:] * earlier).sum() / max(float((earlier**2).sum()), 1e-300))
    corrected = rho + (1.0 + rho) / (end - start - 1)
    return float(np.clip(corrected, -0.5, 0.98))
