"""A correlation of residuals with an interval clustered by unit."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import stdtr, stdtrit

from pipelines.analysis.arrays import Floats
from pipelines.analysis.panel import crv1_factor


@dataclass(frozen=True, kw_only=True)
class Correlation:
    """A standardised coefficient with its 95 % interval; NaN when it cannot be computed."""

    r: float
    low: float
    high: float
    p: float


UNKNOWN = Correlation(r=np.nan, low=np.nan, high=np.nan, p=np.nan)


def clustered_correlation(x: Floats, y: Floats, *, rows: int, effects: int) -> Correlation:
    """r of residuals ``x`` and ``y`` (units, months; 0 where missing), clustered by unit.

    ``rows``: cells in use. ``effects``: parameters of the effects that are not nested in units.
    The interval is that of the regression of y on x, times SD(x)/SD(y).
    """
    xx, yy = float((x * x).sum()), float((y * y).sum())
    groups = int((np.abs(x).sum(axis=1) > 0).sum())
    counted = effects + 1
    if groups < 2 or rows <= counted or xx <= 0 or yy <= 0:
        return UNKNOWN
    slope = float((x * y).sum()) / xx
    scores = (x * (y - slope * x)).sum(axis=1)
    factor = crv1_factor(groups=groups, rows=rows, counted=counted)
    scale = np.sqrt(xx / yy)
    r, se = slope * scale, np.sqrt(factor * float(scores @ scores)) / xx * scale
    reach = float(stdtrit(groups - 1, 0.975)) * se
    p = 2 * float(stdtr(groups - 1, -abs(r) / se)) if se > 0 else 0.0
    return Correlation(r=float(r), low=max(-1.0, r - reach), high=min(1.0, r + reach), p=p)
