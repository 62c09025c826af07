"""One coefficient with its clustered error."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import stdtrit

from pipelines.analysis.arrays import Floats
from pipelines.analysis.panel import crv1_factor


@dataclass(frozen=True, kw_only=True)
class Slope:
    """``value`` with standard error ``se``; ``reach``: critical value at 95 %."""

    value: float
    se: float
    reach: float

    @property
    def low(self) -> float:
        return self.value - self.reach * self.se

    @property
    def high(self) -> float:
        return self.value + self.reach * self.se


def slope(x: Floats, y: Floats) -> Slope:
    """Regression of residuals y on x, both (n, T); CRV1 by unit, t(n − 1), NaN without variation.

    Months count as parameters, unit effects are nested in the clusters and do not.
    """
    xx = float((x * x).sum())
    groups, months = y.shape
    if xx <= 0 or groups < 2:
        return Slope(value=np.nan, se=np.nan, reach=np.nan)
    value = float((x * y).sum()) / xx
    scores = (x * (y - value * x)).sum(axis=1)
    factor = crv1_factor(groups=groups, rows=y.size, counted=months + 1)
    se = float(np.sqrt(factor * float(scores @ scores))) / xx
    return Slope(value=value, se=se, reach=float(stdtrit(groups - 1, 0.975)))
