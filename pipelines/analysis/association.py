"""Which activity types move with which KPIs, and at what distance in months.

First form: plain residual correlation with a clustered interval. Factors that units react to
with different strength are not removed yet, and choosing the best of several lags is not paid
for in the interval; the page has to say so.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from scipy.special import stdtr, stdtrit

from pipelines.analysis.cubes import activity_cube, lagged, shared_axes, value_cube
from pipelines.analysis.panel import crv1_factor, demean_together

Floats = NDArray[np.float64]

LEADS = 3
MIN_UNITS = 12
MIN_ACTIVE_UNITS = 8
MIN_MONTHS = 18

TOGETHER, AGAINST, UNCLEAR, THIN = "同向变化", "反向变化", "看不出差别", "数据不足"


@dataclass(frozen=True, kw_only=True)
class Correlation:
    """A standardised coefficient with its 95 % interval; NaN when it cannot be computed."""

    r: float
    low: float
    high: float
    p: float


UNKNOWN = Correlation(r=np.nan, low=np.nan, high=np.nan, p=np.nan)


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


def benjamini_hochberg(p: ArrayLike) -> Floats:
    """Adjusted p-values (Benjamini and Hochberg 1995) of ``p`` (n,); NaN is no test and stays NaN.

    ``q[i] ≤ a`` rejects i at false discovery rate a.
    """
    values = np.asarray(p, dtype=np.float64)
    tested = np.flatnonzero(np.isfinite(values))
    q = np.full(values.shape, np.nan)
    if not tested.size:
        return q
    order = tested[np.argsort(values[tested], kind="stable")]
    scaled = values[order] * tested.size / np.arange(1, tested.size + 1)
    q[order] = np.minimum(1.0, np.minimum.accumulate(scaled[::-1])[::-1])
    return q


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
    if not _rank_correlation(spread, level) > 0.5:
        return y
    return np.sign(y) * np.log(np.abs(y))


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


def _rank_correlation(a: Floats, b: Floats) -> float:
    ranks = pd.DataFrame({"a": a, "b": b}).rank()
    spread = ranks.std()
    if (spread == 0).any():
        return 0.0
    return float(ranks["a"].corr(ranks["b"]))


def _with_q(frame: pd.DataFrame) -> pd.DataFrame:
    ahead = frame["lag"] >= 0
    q = np.full(len(frame), np.nan)
    q[ahead] = benjamini_hochberg(frame.loc[ahead, "p"])
    return frame.assign(q=q)[COLUMNS]
