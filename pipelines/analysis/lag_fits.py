"""Every lag of one activity type given its other lags: slope, correlation, clustered error."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import stdtrit

from pipelines.analysis.arrays import Floats
from pipelines.analysis.pairs import Residuals, scores_of
from pipelines.analysis.panel import crv1_factor
from pipelines.analysis.solve import ROUND_OFF


@dataclass(frozen=True, kw_only=True)
class LagFits:
    """Arrays (lags,): slope ``value`` with error ``se``, correlation ``r``; ``reach``: critical
    value at 95 %. NaN where a lag is a sum of others."""

    value: Floats
    se: Floats
    r: Floats
    r_se: Floats
    reach: float

    @property
    def low(self) -> Floats:
        return self.value - self.reach * self.se

    @property
    def high(self) -> Floats:
        return self.value + self.reach * self.se

    @property
    def r_low(self) -> Floats:
        return np.maximum(self.r - self.reach * self.r_se, -1.0)

    @property
    def r_high(self) -> Floats:
        return np.minimum(self.r + self.reach * self.r_se, 1.0)


def lag_fits(residuals: Residuals) -> LagFits:
    """Each lag with all other lags of the type taken out of both sides; CRV1 by unit, t(n − 1).

    A prewhitened activity of one month moves against that of its neighbours, so a lag read
    alone would show a mirror image of the month beside it. One fit of all lags gives every one
    of these (Frisch–Waugh–Lovell): with P = (X X′)⁻¹ a lag keeps 1/P_ll of its sum of squares,
    and the KPI without the other lags is the residual plus β_l times what is left of the lag.
    Months count as parameters, unit effects are nested in the clusters and do not.
    """
    lags, groups, months = residuals.x.shape
    flat = residuals.x.reshape(lags, -1)
    bread, single = _inverse_and_single(flat @ flat.T)
    beta = bread @ (flat @ residuals.y.ravel())
    rest = residuals.y - (beta @ flat).reshape(groups, months)
    kept = 1.0 / np.where(single, np.diag(bread), np.nan)
    scores = kept[:, None] * (bread @ scores_of(residuals.x, rest))
    factor = crv1_factor(groups=groups, rows=rest.size, counted=months + 1)
    se = np.sqrt(factor * (scores**2).sum(axis=1)) / kept
    both = (rest**2).sum() + beta**2 * kept
    scale = np.sqrt(kept / np.where(both > 0, both, np.nan))
    value = np.where(single, beta, np.nan)
    reach = float(stdtrit(groups - 1, 0.975))
    return LagFits(value=value, se=se, r=value * scale, r_se=se * scale, reach=reach)


def _inverse_and_single(gram: Floats) -> tuple[Floats, NDArray[np.bool_]]:
    """Pseudo-inverse, and which columns are not made up of others."""
    values, vectors = np.linalg.eigh(gram)
    known = values > ROUND_OFF * max(float(values[-1]), 1e-300)
    bread = (vectors[:, known] / values[known]) @ vectors[:, known].T
    return bread, (vectors[:, ~known] ** 2).sum(axis=1) < ROUND_OFF
