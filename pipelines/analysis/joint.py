"""The joint distributed-lag fit of one KPI on all activity types."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from pipelines.analysis.arrays import Floats
from pipelines.analysis.factors import held_out
from pipelines.analysis.prepare import Prepared, Thin
from pipelines.analysis.solve import inverse, null_space

ALONE = 1e-9  # keeps the error finite, and huge, where a coefficient rests on one unit alone
CHUNK = 500  # units at a time
ROWS_PER_COEFFICIENT = 3
SAME = 1e-6  # relative size below which a contrast has no part in an unidentified direction
BAND_DRAWS = 4000


@dataclass(frozen=True, kw_only=True)
class JointFit:
    """Coefficients of one KPI over K activity types and lags 0 … L, METHODS (a) 10.

    ``coef`` (K, L + 1): σ_w of the KPI per one unit of activity. ``cov`` (K·(L+1), K·(L+1)):
    CR3 by unit, flattened with the type outer and the lag inner; ``dof`` = N − 1. ``sigma``: σ_w,
    the within-unit SD of the signed KPI (of its log when ``logged``), in its unit.
    ``sd_activity`` (K,): within-unit SD of the activity. ``units`` are those used in the fit.
    ``null_space`` (m, K·(L+1)): directions of the coefficients, per SD of the activity, about
    which the data say nothing; m = 0 unless lags or types are exact sums of others.
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
    null_space: Floats = field(repr=False)
    n_units: int
    n_months: int


def fit_joint(
    panel: Prepared, *, kpi: str, activity_types: tuple[str, ...], units: tuple[str, ...]
) -> JointFit:
    """All types and lags together on the prewhitened panel, each unit off the factors of the
    others, errors by jackknife over units (docs/adr/0008).

    ``activity_types`` (k,) and ``units`` (n,) name the positions of ``panel``. Raises Thin when
    there are fewer than three rows per coefficient.
    """
    lags = panel.max_lag + 1
    y, cube = panel.now
    if y.size < ROWS_PER_COEFFICIENT * len(cube) * lags:
        raise Thin(f"{y.size} 个单位月不够同时估计 {len(cube) * lags} 个系数")
    coef, cov, null = jackknifed(*off_factors(y, cube.reshape(-1, *y.shape)))
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
        null_space=null,
        n_units=len(panel.units),
        n_months=panel.months,
    )


def estimable(fit: JointFit, contrasts: Floats) -> NDArray[np.bool_]:
    """Which of the contrasts c (…, K, L + 1) of the coefficients the data tell: c′n = 0 for every
    n of the null space (Searle 1971, Linear Models, 5.4). Of the others any value fits as well.
    """
    per_sd = (contrasts / fit.sd_activity[:, None]).reshape(-1, fit.coef.size)
    hidden = np.linalg.norm(per_sd @ fit.null_space.T, axis=1)
    return (hidden <= SAME * np.linalg.norm(per_sd, axis=1)).reshape(contrasts.shape[:-2])


def identified(fit: JointFit) -> NDArray[np.bool_]:
    """Which coefficients (K, L + 1) the data tell one by one."""
    return np.linalg.norm(fit.null_space, axis=0).reshape(fit.coef.shape) <= SAME


def unidentified(fit: JointFit) -> tuple[str, ...]:
    """The activity types with a lag that cannot be told from their other lags or other types."""
    known = identified(fit).all(axis=1)
    return tuple(each for each, all_of_it in zip(fit.activity_types, known, strict=True)
                 if not all_of_it)  # fmt: skip


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


def off_factors(y: Floats, x: Floats) -> tuple[Floats, Floats]:
    """y (n, T) and x (p, n, T) as (n, T) and (n, T, p), every unit without the factors that the
    other units' KPI shows."""
    free_y, free_x = np.empty_like(y), np.empty((*y.shape, len(x)))
    for units, off in held_out(y):
        free_y[units] = y[units] @ off
        free_x[units] = off @ x[:, units].transpose(1, 2, 0)
    return free_y, free_x


def jackknifed(y: Floats, x: Floats) -> tuple[Floats, Floats, Floats]:
    """Least squares of y (n, T) on x (n, T, p), and CR3: the covariance (p, p) from the
    coefficients without one unit at a time, (n − 1)/n · Σ (β₍ᵢ₎ − β)(β₍ᵢ₎ − β)′; and the
    directions (m, p) that the data leave open.

    β₍ᵢ₎ − β = −(X′X)⁻¹ xᵢ′ (I − Hᵢᵢ)⁻¹ eᵢ, so nothing is fitted again (Bell and McCaffrey 2002).
    """
    units, months, size = x.shape
    flat = x.reshape(-1, size)
    gram = flat.T @ flat
    bread = inverse(gram)
    coef = bread @ (flat.T @ y.ravel())
    moved = np.empty((units, size))
    for first in range(0, units, CHUNK):
        own, residual = x[first : first + CHUNK], y[first : first + CHUNK]
        half = own @ bread
        kept = (1 + ALONE) * np.eye(months) - half @ own.swapaxes(1, 2)
        weighted = np.linalg.solve(kept, (residual - own @ coef)[:, :, None])
        moved[first : first + CHUNK] = (half.swapaxes(1, 2) @ weighted)[:, :, 0]
    return coef, (units - 1) / units * moved.T @ moved, null_space(gram)
