"""The first form of the association: plain residual correlation, factors not removed."""

from __future__ import annotations

from dataclasses import asdict, dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pipelines.analysis.correlation import UNKNOWN, Correlation, clustered_correlation
from pipelines.analysis.cubes import activity_cube, lagged, shared_axes, value_cube
from pipelines.analysis.multiplicity import benjamini_hochberg
from pipelines.analysis.panel import demean_together
from pipelines.analysis.prepare import stabilised

Floats = NDArray[np.float64]

LEADS = 3
MIN_UNITS = 12
MIN_ACTIVE_UNITS = 8
MIN_MONTHS = 18

TOGETHER, AGAINST, UNCLEAR, THIN = "同向变化", "反向变化", "看不出差别", "数据不足"


@dataclass(frozen=True, kw_only=True)
class Association:
    """One cell: the KPI this month with the activity ``lag`` months earlier."""

    kpi: str
    activity_type: str
    lag: int
    r: float
    low: float
    high: float
    n_obs: int
    n_units: int
    n_months: int
    state: str
    p: float


COLUMNS = [*Association.__dataclass_fields__, "q"]


def residual_associations(
    kpis: pd.DataFrame, activities: pd.DataFrame, *, max_lag: int = 6
) -> pd.DataFrame:
    """Correlation of within-unit, within-month residuals at every lag from −3 to ``max_lag``.

    ``kpis [unit, month, kpi, value]`` signed so that more is better; ``activities [unit, month,
    activity_type, value]``; months as "2026-03". Columns of the result: ``kpi, activity_type,
    lag`` (months that the activity comes before; negative lags are the check for activity that
    follows the KPI), ``r, low, high`` (95 % by unit, CRV1 with t(units − 1), for one test),
    ``n_obs, n_units, n_months, state, p`` and ``q`` (Benjamini–Hochberg over all pairs and all
    lags ≥ 0). r is NaN when the state is 数据不足: fewer than 12 units or 18 months, fewer than
    8 units with that activity, or no variation.
    """
    if kpis.empty or activities.empty:
        return pd.DataFrame(columns=COLUMNS)
    axes = shared_axes(kpis, activities)
    kpi_names, y_cube = value_cube(kpis, "kpi", axes)
    types, x_cube = activity_cube(activities, "activity_type", axes)
    series = [stabilised(y) for y in y_cube]
    rows: list[Association] = []
    for lag in range(-LEADS, max_lag + 1):
        moved = lagged(x_cube, lag)
        for kpi, y in zip(kpi_names, series, strict=True):
            rows.extend(_one_kpi(kpi, y, types, moved, lag))
    return _with_q(pd.DataFrame([asdict(r) for r in rows]))


def state_of(found: Correlation) -> str:
    """The word for one interval."""
    if not np.isfinite(found.r):
        return THIN
    if found.low <= 0 <= found.high:
        return UNCLEAR
    return TOGETHER if found.r > 0 else AGAINST


def _one_kpi(kpi: str, y: Floats, types: list[str], moved: Floats, lag: int) -> list[Association]:
    """All activity types against one KPI at one lag; the cells in use are the same for all."""
    usable = _without_single_cells(np.concatenate([y[None], moved]))
    free, common = demean_together(usable)
    sizes = (int(common.sum()), int(common.any(axis=1).sum()), int(common.any(axis=0).sum()))
    active = ((moved > 0) & common).any(axis=2).sum(axis=1)
    found = []
    for name, x, units in zip(types, free[1:], active, strict=True):
        enough = sizes[1] >= MIN_UNITS and sizes[2] >= MIN_MONTHS and units >= MIN_ACTIVE_UNITS
        result = _cell(x, free[0], sizes) if enough else UNKNOWN
        found.append(_association(kpi, name, lag, result, sizes))
    return found


def _association(
    kpi: str, name: str, lag: int, found: Correlation, sizes: tuple[int, int, int]
) -> Association:
    n_obs, n_units, n_months = sizes
    return Association(
        kpi=kpi,
        activity_type=name,
        lag=lag,
        n_obs=n_obs,
        n_units=n_units,
        n_months=n_months,
        state=state_of(found),
        **asdict(found),
    )


def _cell(x: Floats, y: Floats, sizes: tuple[int, int, int]) -> Correlation:
    return clustered_correlation(_clean(x), _clean(y), rows=sizes[0], effects=sizes[2])


def _clean(residual: Floats) -> Floats:
    """Exact zeros for a series that the effects explain but for round-off."""
    return np.where(np.abs(residual) < 1e-10, 0.0, residual)


def _without_single_cells(slices: Floats) -> Floats:
    """Units with one common cell say nothing about change and are set missing."""
    common = np.isfinite(slices).all(axis=0)
    lonely = common.sum(axis=1) < 2
    return np.where(lonely[None, :, None], np.nan, slices)


def _with_q(frame: pd.DataFrame) -> pd.DataFrame:
    ahead = frame["lag"] >= 0
    q = np.full(len(frame), np.nan)
    q[ahead] = benjamini_hochberg(frame.loc[ahead, "p"])
    return frame.assign(q=q)[COLUMNS]
