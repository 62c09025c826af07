"""Scores between policy goalposts, their weighted total, and how far it hangs on the weights."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from pipelines.analysis.arrays import Floats

Integers = NDArray[np.int64]
Booleans = NDArray[np.bool_]
Weights = ArrayLike | Mapping[str, float] | pd.Series
How = Literal["arithmetic", "geometric"]

TOP = 110.0  # a tenth above the stretch goalpost is the most that counts
ENOUGH = 2 / 3  # share of the weight below which there is no total
SPREAD = 0.25
DRAWS = 2000
SEED = 0
_DIGITS = 9  # totals that agree to here are ties; the rest is rounding of the sums


@dataclass(frozen=True, kw_only=True)
class Composite:
    """``total`` of every unit, NaN below two thirds of the weight; ``missing_weight`` 0–1.

    Reads as an array of the totals where numpy wants one.
    """

    total: Floats
    missing_weight: Floats

    def __array__(self, dtype: np.dtype | None = None, copy: bool | None = None) -> Floats:
        return np.array(self.total, dtype=dtype)


@dataclass(frozen=True, kw_only=True)
class RankIntervals:
    """Rank under the set weights and its 5–95 % interval; 1 is best, NaN without a total."""

    rank: Floats
    low: Floats
    high: Floats


def goalpost(x: ArrayLike, floor: ArrayLike, stretch: ArrayLike, direction: str) -> Floats:
    """100·(x − floor)/(stretch − floor), clipped to 0–110; METHODS (d).

    ``direction`` up: more is better and stretch lies above floor. down: less is better; the worse
    end, which scores 0, is the larger of the two, whichever was named first. Missing stays NaN.
    Arguments broadcast; four numbers give a number. Raises ValueError for another direction
    and for goalposts that leave no way between.
    """
    low, high = np.asarray(floor, np.float64), np.asarray(stretch, np.float64)
    if direction not in ("up", "down"):
        raise ValueError(f"direction must be up or down, got {direction!r}")
    if direction == "down":
        low, high = np.maximum(low, high), np.minimum(low, high)
    if np.any(low == high) or (direction == "up" and np.any(high < low)):
        raise ValueError("the stretch goalpost must lie on the better side of the floor")
    return np.clip(100 * (np.asarray(x, np.float64) - low) / (high - low), 0.0, TOP)[()]


def composite(scores: ArrayLike, weights: Weights, how: How = "arithmetic") -> Composite:
    """Weighted mean over the indicators that are there, by unit; ``geometric`` is 均衡口径.

    ``scores``: units × indicators, NaN where missing (one row of numbers is one unit);
    ``weights``: one per indicator, in any scale, by position, or by name when ``scores`` is a
    frame. There is a total from two thirds of the weight on. An indicator of weight 0 counts
    nowhere; a geometric total is 0 as soon as one score is. Raises ValueError for negative or
    missing weights, a sum of 0, negative scores in a geometric mean, or another ``how``.
    """
    values, shares = _prepared(scores, weights)
    if how not in ("arithmetic", "geometric"):
        raise ValueError(f"how must be arithmetic or geometric, got {how!r}")
    total = _totals(values, shares[None, :], how)[0]
    missing = np.where(np.isnan(values), shares, 0.0).sum(axis=1)
    return Composite(total=np.where(_enough(values, shares), total, np.nan), missing_weight=missing)


def rank_intervals(
    scores: ArrayLike,
    weights: Weights,
    *,
    how: How = "arithmetic",
    spread: float = SPREAD,
    draws: int = DRAWS,
    seed: int = SEED,
) -> RankIntervals:
    """Ranks of units when every weight may be wrong: 5–95 % over draws of w·(1 + u).

    u ~ U(−spread, spread) for each indicator; the total of a draw is divided by its own weights.
    Same arguments, same intervals. Ties share the better rank. Units without a total have none
    and push nobody down. Shapes and errors as in composite.
    """
    values, shares = _prepared(scores, weights)
    _check_spread(spread)
    drawn = np.random.default_rng(seed).uniform(-spread, spread, (draws, shares.size))
    enough = _enough(values, shares)
    totals = np.where(enough, _totals(values, shares * (1 + drawn), how), np.nan)
    ranked = _ranked(totals)
    low, high = np.full(enough.size, np.nan), np.full(enough.size, np.nan)
    if enough.any():  # ranks that occurred, so whole numbers
        ends = np.quantile(ranked[:, enough], [0.05, 0.95], axis=0, method="inverted_cdf")
        low[enough], high[enough] = ends
    return RankIntervals(rank=ranks(composite(scores, weights, how)), low=low, high=high)


def ranks(totals: ArrayLike) -> Floats:
    """1 for the best total; ties share the better rank; NaN stays without one."""
    return _ranked(np.asarray(totals, np.float64)[None, :])[0]


def weight_proof(scores: ArrayLike, weights: Weights, *, spread: float = SPREAD) -> Booleans:
    """[a, b]: unit a is above unit b under every weighting within the bounds. Exact.

    Bounds: each weight within ±``spread`` of the set one, their sum unchanged. With d = a − b the
    least d′w is that of a continuous knapsack: all weights at their lower bound, what is left of
    the sum given to the smallest d first. Units that miss different indicators are not compared
    (their totals are no longer linear in one set of weights): False both ways.
    """
    values, shares = _prepared(scores, weights)
    _check_spread(spread)
    missing = np.isnan(values)
    alike = (missing[:, None, :] == missing[None, :, :]).all(axis=2)
    enough = _enough(values, shares)
    known = np.where(missing, 0.0, values)
    rows = [_least(each - known, shares, spread) for each in known]  # one by one: memory
    return alike & enough[:, None] & enough[None, :] & (np.array(rows) > 10.0**-_DIGITS)


def leave_one_out(scores: ArrayLike, weights: Weights, how: How = "arithmetic") -> Floats:
    """Indicators × units: the total without that indicator, the others weighted as before.

    NaN where what is left is below two thirds of the remaining weight, or nothing is left.
    """
    values, shares = _prepared(scores, weights)
    result = np.full(values.T.shape, np.nan)
    for dropped in range(shares.size):
        rest = np.arange(shares.size) != dropped
        if shares[rest].sum() > 0:
            result[dropped] = composite(values[:, rest], shares[rest], how).total
    return result


def bands(intervals: RankIntervals) -> Integers:
    """Band of every unit, 1 the upper one, 0 without an interval: who cannot be told apart.

    From the top, a unit joins a band when its interval lies inside that of every member or
    holds it; so within a band all intervals overlap fully.
    """
    result = np.zeros(intervals.low.size, np.int64)
    known = np.flatnonzero(np.isfinite(intervals.low))
    members: list[int] = []
    band = 1
    for unit in known[np.lexsort((-intervals.high[known], intervals.low[known]))]:
        if not all(_nested(intervals, unit, other) for other in members):
            members, band = [], band + 1
        members.append(unit)
        result[unit] = band
    return result


def grades(totals: ArrayLike, minimums: ArrayLike, capped: ArrayLike) -> Integers:
    """Position of the grade of each total, 0 the best, −1 without a total.

    ``minimums``: least total of each grade, falling, the last one 0. ``capped``: a veto fired, so
    the best grade is out of reach; the total itself is not touched.
    """
    values, steps = np.asarray(totals, np.float64), np.asarray(minimums, np.float64)
    if steps.size < 2 or np.any(np.diff(steps) >= 0) or steps[-1] != 0:
        raise ValueError("minimums must fall strictly and end with 0")
    reached = (values[:, None] >= steps[None, :]).argmax(axis=1)
    held = np.where(np.asarray(capped, bool), np.maximum(reached, 1), reached)
    return np.where(np.isnan(values), -1, held)


def _prepared(scores: ArrayLike, weights: Weights) -> tuple[Floats, Floats]:
    """Units × indicators, and weights that add up to 1."""
    if isinstance(weights, Mapping | pd.Series):
        names = list(scores.columns) if isinstance(scores, pd.DataFrame) else list(weights.keys())
        weights = [weights[name] for name in names]
    values = np.atleast_2d(np.asarray(scores, np.float64))
    given = np.asarray(weights, np.float64).ravel()
    if given.size != values.shape[1]:
        raise ValueError(f"{values.shape[1]} indicators but {given.size} weights")
    if not np.all(given >= 0) or not 0 < given.sum() < np.inf:
        raise ValueError("weights must not be negative or missing, and not all 0")
    return values, given / given.sum()


def _check_spread(spread: float) -> None:
    if not 0 <= spread < 1:
        raise ValueError(f"spread must lie between 0 and 1, got {spread}")


def _enough(values: Floats, shares: Floats) -> Booleans:
    there = np.where(np.isnan(values), 0.0, shares).sum(axis=1)
    return there >= ENOUGH - 1e-12  # exactly two of three equal weights are enough


def _totals(values: Floats, weights: Floats, how: How) -> Floats:
    """Draws × units, for weights as draws × indicators; NaN where nothing is there."""
    there = ~np.isnan(values)
    if how == "geometric":
        if np.any(values < 0):
            raise ValueError("a geometric mean needs scores that are not negative")
        with np.errstate(divide="ignore"):
            known = np.where(there, np.log(np.where(there, values, 1.0)), 0.0)
    else:
        known = np.where(there, values, 0.0)
    counted = weights.max(axis=0) > 0  # 0 · log 0 is no number
    weight = weights[:, counted] @ there[:, counted].T.astype(np.float64)
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = weights[:, counted] @ known[:, counted].T / weight
        return np.exp(mean) if how == "geometric" else mean


def _ranked(totals: Floats) -> Floats:
    frame = pd.DataFrame(np.round(totals, _DIGITS))
    return frame.rank(axis=1, method="min", ascending=False).to_numpy()


def _least(differences: Floats, shares: Floats, spread: float) -> Floats:
    """min d′w over the last axis within the bounds, the sum of w kept."""
    order = np.argsort(differences, axis=-1)
    sorted_d = np.take_along_axis(differences, order, axis=-1)
    room = 2 * spread * shares[order]
    used = np.minimum(np.maximum(spread - (np.cumsum(room, axis=-1) - room), 0.0), room)
    return ((1 - spread) * shares[order] * sorted_d + used * sorted_d).sum(axis=-1)


def _nested(intervals: RankIntervals, one: int, other: int) -> bool:
    low, high = intervals.low, intervals.high
    return bool((low[one] - low[other]) * (high[one] - high[other]) <= 0)
