"""The joint distributed-lag fit of one KPI on all activity types."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from pipelines.analysis.factors import factors, without
from pipelines.analysis.panel import crv1_factor
from pipelines.analysis.prepare import Prepared, Thin

Floats = NDArray[np.float64]

ROUNDS = 3  # F from Y, then three times from Y − Xβ
ROWS_PER_COEFFICIENT = 3
BAND_DRAWS = 4000


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


def fit_joint(
    panel: Prepared, *, kpi: str, activity_types: tuple[str, ...], units: tuple[str, ...]
) -> JointFit:
    """All types and lags together on the prewhitened panel, factors iterated, CRV1 by unit.

    ``activity_types`` (k,) and ``units`` (n,) name the positions of ``panel``. Error factor
    G/(G−1)·(n−1)/(n−K): loadings are nested in units and not counted, months are. Raises Thin
    when there are fewer than three rows per coefficient.
    """
    lags = panel.max_lag + 1
    y, x = panel.outcome(), panel.moved(range(lags)).reshape(-1, len(panel.units), panel.months)
    if y.size < ROWS_PER_COEFFICIENT * len(x):
        raise Thin(f"{y.size} 个单位月不够同时估计 {len(x)} 个系数")
    coef, bread, free, residual = _iterated(y, x)
    cov = _crv1(bread, free, residual, counted=len(x) + panel.months)
    scale = np.repeat(panel.sd_activity, lags)
    return JointFit(
        kpi=kpi,
        activity_types=activity_types,
        units=units,
        max_lag=panel.max_lag,
        coef=(coef / scale).reshape(-1, lags),
        cov=cov / np.outer(scale, scale),
        dof=len(panel.units) - 1,
        sigma=panel.sigma,
        logged=panel.logged,
        sd_activity=panel.sd_activity,
        n_units=len(panel.units),
        n_months=panel.months,
    )


def profile_cov(fit: JointFit, position: int) -> Floats:
    """Covariance (L+1, L+1) of the lags of the type at ``position``, per SD of the activity."""
    lags = slice(position * (fit.max_lag + 1), (position + 1) * (fit.max_lag + 1))
    return fit.cov[lags, lags] * fit.sd_activity[position] ** 2


def simultaneous_reach(cov: Floats, *, dof: int, seed: int) -> float:
    """95 % critical value of the largest |t| over the lags, for the simultaneous band.

    By draws of a multivariate t with the correlation of ``cov``; seeded.
    """
    sd = np.sqrt(np.diag(cov))
    if not (sd > 0).all():
        return float("nan")
    values, vectors = np.linalg.eigh(cov / np.outer(sd, sd))
    rng = np.random.default_rng([seed, len(sd), dof])
    normal = rng.standard_normal((BAND_DRAWS, len(sd))) * np.sqrt(values.clip(0)) @ vectors.T
    drawn = normal / np.sqrt(rng.chisquare(dof, (BAND_DRAWS, 1)) / dof)
    return float(np.quantile(np.abs(drawn).max(axis=1), 0.95))


def _iterated(y: Floats, x: Floats) -> tuple[Floats, Floats, Floats, Floats]:
    """β, (X′X)⁻¹, X without factors (p, n·T) and the residual (n, T) after the last round."""
    residual = y
    for _ in range(ROUNDS + 1):
        found = factors(residual)
        free = without(x, found).reshape(len(x), -1)
        bread = np.linalg.pinv(free @ free.T, rcond=1e-10, hermitian=True)
        coef = bread @ (free @ without(y, found).ravel())
        residual = y - np.tensordot(coef, x, axes=1)
    return coef, bread, free, without(residual, found)


def _crv1(bread: Floats, free: Floats, residual: Floats, *, counted: int) -> Floats:
    groups, months = residual.shape
    by_unit = np.einsum("pnt,nt->np", free.reshape(len(free), groups, months), residual)
    factor = crv1_factor(groups=groups, rows=residual.size, counted=counted)
    half = by_unit @ bread
    return factor * half.T @ half
