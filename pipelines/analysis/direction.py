"""Which came first: a local projection that has to hold when activity after the KPI moves too."""

from __future__ import annotations

import numpy as np
from scipy.special import stdtrit

from pipelines.analysis.arrays import Floats
from pipelines.analysis.factors import factors
from pipelines.analysis.panel import crv1_factor
from pipelines.analysis.prepare import Prepared, demeaned


def ahead_of_kpi(panel: Prepared, *, position: int, horizon: int, sign: float) -> bool:
    """y_{t+h} on x_t, given two months of y and x before: 95 % away from 0 with the same sign.

    METHODS (a) 9: unit and month effects, unit slopes on F_{t+h} and F_{t−1}; ``position`` of the
    type in ``panel``. False also when there are too few months to tell.
    """
    first, end = panel.start - panel.max_lag - 1, panel.end
    y, x = panel.y, panel.x[position]
    begin = max(panel.start - 1, first) + 2
    last = end - horizon
    if last - begin < 8:
        return False
    level = demeaned(y[:, panel.start - 1 : end])
    found = factors(level)
    offset = panel.start - 1

    def months(values: Floats, by: int) -> Floats:
        return values[:, begin + by : last + by]

    trends = np.column_stack(
        [
            np.ones(last - begin),
            found[begin + horizon - offset : last + horizon - offset],
            found[begin - 1 - offset : last - 1 - offset],
        ]
    )
    basis = np.linalg.qr(trends)[0]
    before = [months(each, -lag) for each in (y, x) for lag in (1, 2)]
    stacked = np.stack([months(y, horizon), months(x, 0), *before])
    free = stacked - (stacked @ basis) @ basis.T
    free -= free.mean(axis=1, keepdims=True)
    return _away_from_zero(free[0], free[1:], sign=sign, effects=free.shape[2])


def _away_from_zero(y: Floats, x: Floats, *, sign: float, effects: int) -> bool:
    """Whether the first of ``x`` (p, n, T) has a coefficient whose CRV1 interval excludes 0."""
    groups = len(y)
    columns = x.reshape(len(x), -1)
    bread = np.linalg.pinv(columns @ columns.T, rcond=1e-10, hermitian=True)
    coef = bread @ (columns @ y.ravel())
    residual = y - np.tensordot(coef, x, axes=1)
    if y.size <= len(x) + effects:
        return False
    half = np.einsum("pnt,nt->np", x, residual) @ bread
    factor = crv1_factor(groups=groups, rows=y.size, counted=len(x) + effects)
    se = float(np.sqrt(factor * (half[:, 0] ** 2).sum()))
    return bool(sign * coef[0] > float(stdtrit(groups - 1, 0.975)) * se)
