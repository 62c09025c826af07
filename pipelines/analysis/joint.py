"""The joint distributed-lag fit of one KPI on all activity types."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from pipelines.analysis.factors import factors, without
from pipelines.analysis.panel import crv1_factor
from pipelines.analysis.prepare import Prepared, Thin
from pipelines.analysis.solve import inverse

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
    y, cube = panel.now
    x = cube.reshape(-1, *y.shape)
    if y.size < ROWS_PER_COEFFICIENT * len(x):
        raise Thin(f"{y.size} 个单位月不够同时估计 {len(x)} 个系数")
    coef, bread, residual, _ = _iterated(y, x)
    cov = _crv1(bread, x, residual, counted=len(x) + panel.months)
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


def profile_covs(fit: JointFit) -> Floats:
    """Covariances (K, L+1, L+1) of the lags of every type, per SD of the activity."""
    kinds, lags = fit.coef.shape
    blocks = fit.cov.reshape(kinds, lags, kinds, lags)[np.arange(kinds), :, np.arange(kinds)]
    return blocks * fit.sd_activity[:, None, None] ** 2


def simultaneous_reach(covs: Floats, *, dof: int, seed: int) -> Floats:
    """95 % critical values (k,) of the largest |t| over the lags, for simultaneous bands.

    By draws of a multivariate t with the correlations of ``covs`` (k, L+1, L+1); seeded, the same
    draws for all. NaN where an error is 0.
    """
    sd = np.sqrt(np.diagonal(covs, axis1=1, axis2=2))
    known = (sd > 0).all(axis=1)
    reach = np.full(len(covs), np.nan)
    if not known.any():
        return reach
    size = covs.shape[1]
    values, vectors = np.linalg.eigh(covs[known] / (sd[known, :, None] * sd[known, None, :]))
    # The symmetric root does not depend on the signs that LAPACK gives eigenvectors.
    roots = (np.sqrt(values.clip(0))[:, None, :] * vectors) @ vectors.swapaxes(1, 2)
    drawn = roots @ multivariate_t(seed, size, dof).T
    reach[known] = np.quantile(np.abs(drawn, out=drawn).max(axis=1), 0.95, axis=1)
    return reach


@lru_cache(maxsize=4)
def multivariate_t(seed: int, size: int, dof: int) -> Floats:
    """BAND_DRAWS uncorrelated draws (BAND_DRAWS, size), the same for the same arguments."""
    rng = np.random.default_rng([seed, size, dof])
    normal = rng.standard_normal((BAND_DRAWS, size))
    return normal / np.sqrt(rng.chisquare(dof, (BAND_DRAWS, 1)) / dof)


def _iterated(y: Floats, x: Floats) -> tuple[Floats, Floats, Floats, Floats]:
    """β, (X′X)⁻¹ of X (p, n, T) off the factors, the residual (n, T) off them, and the factors.

    Off the factors X′X is that of X less that of its loadings, so X is gone through once.
    """
    flat, months = x.reshape(len(x), -1), y.shape[1]
    whole = flat @ flat.T
    residual = y
    for _ in range(ROUNDS + 1):
        found = factors(residual)
        loadings = (flat.reshape(-1, months) @ found).reshape(len(x), -1)
        bread = inverse(whole - loadings @ loadings.T)
        coef = bread @ (flat @ without(y, found).ravel())
        residual = y - (coef @ flat).reshape(y.shape)
    return coef, bread, without(residual, found), found


def _crv1(bread: Floats, x: Floats, residual: Floats, *, counted: int) -> Floats:
    """The residual is off the factors, so X need not be."""
    by_unit = x.transpose(1, 0, 2) @ residual[:, :, None]
    factor = crv1_factor(groups=len(residual), rows=residual.size, counted=counted)
    half = by_unit[:, :, 0] @ bread
    return factor * half.T @ half
