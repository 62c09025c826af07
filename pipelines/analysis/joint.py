"""The joint distributed-lag fit of one KPI on all activity types."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class JointFit:
    """Coefficients of one KPI over K activity types and lags 0 … L, METHODS (a) 10.

    ``coef`` (K, L + 1): σ_w of the KPI per one unit of activity. ``cov`` (K·(L+1), K·(L+1)): CRV1
    by unit, flattened with the type outer and the lag inner; ``dof`` = N − 1. ``sigma``: σ_w, the
    within-unit SD of the signed KPI (of its log when ``logged``), in its unit. ``sd_activity``
    (K,): within-unit SD of the activity. ``units`` are those used in the fit.
    """

    kpi: str
    activity_types: tuple[str, ...]
    units: tuple[str, ...]
    max_lag: int
    coef: Floats = field(repr=False)
    cov: Floats = field(repr=False)
    dof: int
    sigma: float
    logged: bool
    sd_activity: Floats = field(repr=False)
    n_units: int
    n_months: int
