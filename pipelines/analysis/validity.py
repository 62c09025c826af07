"""Whether more on the 潜绩 axis in a month went with what the KPI did afterwards; METHODS (b).

The axis is computed from coefficients of earlier months only, so nothing that is tested was fitted.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import stdtrit

from pipelines.analysis.arrays import Floats
from pipelines.analysis.factors import factors, without
from pipelines.analysis.prepare import demeaned
from pipelines.analysis.ranks import month_ranks

HORIZON = 6  # months after t, and as many up to t, that are compared
MIN_UNITS = 12


@dataclass(frozen=True, kw_only=True)
class Validity:
    """Rank correlation with its interval, NaN when it cannot be told, and what it rests on."""

    r: float
    low: float
    high: float
    n_obs: int
    n_units: int
    n_months: int


def later_change(y: Floats, *, horizon: int = HORIZON) -> Floats:
    """Mean of months t+1 … t+``horizon`` less mean of t−``horizon``+1 … t, (n, T); NaN at edges.

    ``y`` (n, T) complete. Unit and month means and the common factors are taken out first: units
    that answer unequally to one season would otherwise change alike without any work.
    """
    free = demeaned(y)
    free = without(free, factors(free))
    summed = np.cumsum(np.pad(free, ((0, 0), (1, 0))), axis=1)
    change = np.full_like(free, np.nan)
    for t in range(horizon - 1, y.shape[1] - horizon):
        after = summed[:, t + 1 + horizon] - summed[:, t + 1]
        before = summed[:, t + 1] - summed[:, t + 1 - horizon]
        change[:, t] = (after - before) / horizon
    return change


def rank_validity(axis: Floats, change: Floats, *, level: float = 0.95) -> Validity:
    """Correlation of the ranks of both within each month; both (n, T), NaN where not known.

    The interval is a jackknife over units (Efron and Stein 1981) with t(units − 1): windows of
    neighbouring months overlap, units are the independent pieces. Below 12 units nothing is told.
    """
    common = np.isfinite(axis) & np.isfinite(change)
    common &= common.sum(axis=0) >= MIN_UNITS
    a, b = (month_ranks(np.where(common, each, np.nan)) for each in (axis, change))
    used = common.any(axis=1)
    sizes = {
        "n_obs": int(common.sum()),
        "n_units": int(used.sum()),
        "n_months": int(common.any(axis=0).sum()),
    }
    parts = np.stack([(a * b).sum(axis=1), (a * a).sum(axis=1), (b * b).sum(axis=1)])[:, used]
    whole = parts.sum(axis=1)
    if used.sum() < MIN_UNITS or not (whole[1] > 0 and whole[2] > 0):
        return Validity(r=np.nan, low=np.nan, high=np.nan, **sizes)
    r = float(whole[0] / np.sqrt(whole[1] * whole[2]))
    left = whole[:, None] - parts
    without_one = left[0] / np.sqrt(left[1] * left[2])
    groups = int(used.sum())
    spread = float(((without_one - without_one.mean()) ** 2).sum())
    reach = float(stdtrit(groups - 1, 0.5 + level / 2)) * np.sqrt((groups - 1) / groups * spread)
    return Validity(r=r, low=max(-1.0, r - reach), high=min(1.0, r + reach), **sizes)
