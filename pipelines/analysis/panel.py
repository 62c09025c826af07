"""Within-unit and two-way regressions on panels, with classical or clustered errors."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from pipelines.analysis.arrays import Floats

Codes = NDArray[np.int64]

# Relative size below which a direction of the normal equations is round-off, not data.
RANK_TOLERANCE = 1e-9


@dataclass(frozen=True, kw_only=True)
class PanelFit:
    """``coef`` and ``se`` have one entry per column of X; ``dof`` belongs to the t distribution."""

    coef: Floats
    se: Floats
    dof: int


@dataclass(frozen=True, kw_only=True)
class _Effects:
    """Which fixed effects each row carries. ``month`` is None for a one-way model."""

    unit: Codes
    month: Codes | None

    @property
    def unit_count(self) -> int:
        return int(self.unit.max()) + 1

    @property
    def month_count(self) -> int:
        return 0 if self.month is None else int(self.month.max()) + 1


def fit_within(
    y: ArrayLike,
    X: ArrayLike,
    unit: ArrayLike,
    month: ArrayLike | None = None,
    cluster: ArrayLike | None = None,
) -> PanelFit:
    """Least squares of y on X after removing unit effects, and month effects when given.

    Shapes: ``y`` (n,), ``X`` (n, k) or (n,), ``unit``, ``month``, ``cluster`` (n,) labels of any
    type. Rows with a missing number are left out. Coefficients are in units of y per unit of X.

    Errors: classical with n − k − rank(effects) degrees of freedom; with ``cluster`` CRV1 with
    G/(G−1)·(n−1)/(n−K) and G − 1 degrees of freedom, where K counts X and the effects that are
    not nested in the clusters (one constant when all are), the convention of fixest.

    Raises ValueError when lengths differ, when a column of X does not vary within the effects or
    repeats another, and when no degree of freedom is left.
    """
    rows = _complete_rows(y, X)
    y_kept, x_kept = _as_vector(y)[rows], _as_matrix(X)[rows]
    effects = _Effects(
        unit=_codes(unit, rows), month=None if month is None else _codes(month, rows)
    )
    y_free, x_free = _remove(y_kept[:, None], effects)[:, 0], _remove(x_kept, effects)
    bread = _inverse(x_free, x_kept)
    coef = bread @ (x_free.T @ y_free)
    residual = y_free - x_free @ coef
    if cluster is None:
        return _classical(coef, bread, residual, effects)
    return _clustered(coef, bread, x_free * residual[:, None], effects, _codes(cluster, rows))


def _month_solver(weight: Floats, per_unit: Floats) -> Floats:
    """A solver (months, months) of the month equations left after unit means.

    A common shift of all months changes nothing, so ones are added to make the equations
    definite; a panel that falls into parts needs the pseudo-inverse, which is slower.
    """
    held = weight.sum(axis=0)
    normal = np.diag(held) - weight.T @ (weight / per_unit[:, None])
    definite = normal + held.max() / len(held) + np.diag(np.where(held > 0, 0.0, 1.0))
    try:
        pivots = np.diag(np.linalg.cholesky(definite)) ** 2
    except np.linalg.LinAlgError:
        pivots = np.zeros(1)
    if pivots.min() > RANK_TOLERANCE * held.max():
        return np.linalg.inv(definite)
    return np.linalg.pinv(normal, rcond=RANK_TOLERANCE, hermitian=True)


def _remove(columns: Floats, effects: _Effects) -> Floats:
    """Columns (n, k) without their unit means, and without month effects when there are any."""
    free = columns - _means(columns, effects.unit)[effects.unit]
    if effects.month is None:
        return free
    sums = _sums(free, effects.month, effects.month_count)
    weight = _counts(effects)
    per_unit = weight.sum(axis=1)
    months = _month_solver(weight, per_unit) @ sums
    of_unit = weight @ months / per_unit[:, None]
    return free - months[effects.month] + of_unit[effects.unit]


def _counts(effects: _Effects) -> Floats:
    """Rows per unit and month, (units, months)."""
    assert effects.month is not None
    cell = effects.unit * effects.month_count + effects.month
    counts = np.bincount(cell, minlength=effects.unit_count * effects.month_count)
    return counts.reshape(effects.unit_count, effects.month_count).astype(np.float64)


def _sums(columns: Floats, codes: Codes, size: int) -> Floats:
    return np.stack([np.bincount(codes, c, size) for c in columns.T], axis=1)


def _means(columns: Floats, codes: Codes) -> Floats:
    size = int(codes.max()) + 1
    return _sums(columns, codes, size) / np.bincount(codes, minlength=size)[:, None]


def _inverse(x_free: Floats, x_kept: Floats) -> Floats:
    """(X'X)⁻¹ of the demeaned columns; refuses columns that the effects or others explain."""
    scale = np.linalg.norm(x_kept, axis=0)
    own = np.linalg.norm(x_free, axis=0)
    if (own <= RANK_TOLERANCE * np.maximum(scale, 1e-300)).any():
        raise ValueError("a column of X does not vary within the fixed effects")
    unit_length = x_free / own
    if np.linalg.matrix_rank(unit_length, tol=RANK_TOLERANCE) < x_free.shape[1]:
        raise ValueError("columns of X repeat each other within the fixed effects")
    return np.linalg.inv(unit_length.T @ unit_length) / np.outer(own, own)


def _classical(coef: Floats, bread: Floats, residual: Floats, effects: _Effects) -> PanelFit:
    dof = len(residual) - len(coef) - _effect_rank(effects)
    if dof < 1:
        raise ValueError("no degree of freedom is left")
    variance = float(residual @ residual) / dof
    return PanelFit(coef=coef, se=np.sqrt(variance * np.diag(bread)), dof=dof)


def _clustered(
    coef: Floats, bread: Floats, scores: Floats, effects: _Effects, cluster: Codes
) -> PanelFit:
    groups, rows = int(cluster.max()) + 1, len(cluster)
    counted = len(coef) + _counted_effects(effects, cluster)
    if groups < 2 or rows <= counted:
        raise ValueError("no degree of freedom is left")
    factor = crv1_factor(groups=groups, rows=rows, counted=counted)
    by_group = _sums(scores, cluster, groups)
    covariance = factor * bread @ (by_group.T @ by_group) @ bread
    return PanelFit(coef=coef, se=np.sqrt(np.diag(covariance)), dof=groups - 1)


def crv1_factor(*, groups: int, rows: int, counted: int) -> float:
    """G/(G−1)·(n−1)/(n−K)."""
    return groups / (groups - 1) * (rows - 1) / (rows - counted)


def _effect_rank(effects: _Effects) -> int:
    """Parameters that the effects use, exact also when the panel falls into separate parts."""
    if effects.month is None:
        return effects.unit_count
    weight = _counts(effects)
    normal = np.diag(weight.sum(axis=0)) - weight.T @ (weight / weight.sum(axis=1)[:, None])
    rank = np.linalg.matrix_rank(normal, tol=RANK_TOLERANCE * weight.max() * len(weight))
    return effects.unit_count + int(rank)


def _counted_effects(effects: _Effects, cluster: Codes) -> int:
    """K without the columns of X: effects not nested in the clusters, at least a constant."""
    sizes = [(effects.unit, effects.unit_count)]
    if effects.month is not None:
        sizes.append((effects.month, effects.month_count))
    nested = [_is_nested(codes, cluster) for codes, _ in sizes]
    total = sum(size for _, size in sizes) - (len(sizes) - 1)
    inside = sum(size for (_, size), yes in zip(sizes, nested, strict=True) if yes)
    return total - inside + sum(nested)


def _is_nested(codes: Codes, cluster: Codes) -> bool:
    """True when every level of ``codes`` lies in one cluster."""
    one = np.empty(int(codes.max()) + 1, dtype=np.int64)
    one[codes] = cluster
    return bool((one[codes] == cluster).all())


def _complete_rows(y: ArrayLike, X: ArrayLike) -> NDArray[np.bool_]:
    vector, matrix = _as_vector(y), _as_matrix(X)
    if len(vector) != len(matrix):
        raise ValueError(f"y has {len(vector)} rows, X has {len(matrix)}")
    complete = np.isfinite(vector) & np.isfinite(matrix).all(axis=1)
    if not complete.any():
        raise ValueError("no complete row")
    return complete


def _codes(labels: ArrayLike, rows: NDArray[np.bool_]) -> Codes:
    """Labels as 0, 1, 2 … in the kept rows, without gaps."""
    values = np.asarray(labels)
    if len(values) != len(rows):
        raise ValueError(f"labels have {len(values)} rows, y has {len(rows)}")
    return np.unique(values[rows], return_inverse=True)[1].astype(np.int64).ravel()


def _as_vector(y: ArrayLike) -> Floats:
    return np.asarray(y, dtype=np.float64).ravel()


def _as_matrix(X: ArrayLike) -> Floats:
    matrix = np.asarray(X, dtype=np.float64)
    return matrix[:, None] if matrix.ndim == 1 else matrix
