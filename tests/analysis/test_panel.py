"""Within-unit and two-way fits against plain least squares on dummy columns."""

from __future__ import annotations

import numpy as np
import pytest

from pipelines.analysis.panel import fit_within


def _panel(seed: int, *, units: int = 14, months: int = 11, keep: float = 0.8):
    """An unbalanced panel with unit-correlated errors: y, X, unit, month."""
    rng = np.random.default_rng(seed)
    unit, month = (g.ravel() for g in np.meshgrid(range(units), range(months), indexing="ij"))
    kept = rng.random(unit.size) < keep
    unit, month = unit[kept], month[kept]
    X = rng.normal(size=(unit.size, 2)) + rng.normal(size=units)[unit, None]
    shock = rng.normal(size=units)[unit] * X[:, 0]
    y = X @ [0.7, -0.2] + 3.0 * unit + np.sin(month) + shock + rng.normal(size=unit.size)
    return y, X, unit, month


def _dummies(codes):
    return (codes[:, None] == np.unique(codes)).astype(float)


def _by_dummies(y, X, *effects):
    """Coefficients, (Z'Z)⁻¹ block rows, residuals and rank of least squares on dummies."""
    Z = np.column_stack([X, *(_dummies(e) for e in effects)])
    solution, _, rank, _ = np.linalg.lstsq(Z, y, rcond=None)
    return Z, solution, y - Z @ solution, rank


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("two_way", [False, True])
def test_classical_fit_equals_dummies(seed, two_way):
    """Coefficients, errors and degrees of freedom are those of the regression on dummies."""
    y, X, unit, month = _panel(seed)
    effects = (unit, month) if two_way else (unit,)
    Z, solution, residual, rank = _by_dummies(y, X, *effects)
    dof = len(y) - rank
    variance = residual @ residual / dof * np.linalg.pinv(Z.T @ Z)

    fit = fit_within(y, X, unit, month if two_way else None)

    np.testing.assert_allclose(solution[:2], fit.coef, rtol=1e-9)
    np.testing.assert_allclose(np.sqrt(np.diag(variance)[:2]), fit.se, rtol=1e-8)
    assert dof == fit.dof


def _crv1_by_dummies(y, X, effects, cluster, counted):
    """Sandwich on the full dummy design with the stated finite-sample factor."""
    Z, _, residual, _ = _by_dummies(y, X, *effects)
    bread = np.linalg.pinv(Z.T @ Z)
    meat = sum(
        np.outer(s, s)
        for g in np.unique(cluster)
        for s in [Z[cluster == g].T @ residual[cluster == g]]
    )
    G, n = len(np.unique(cluster)), len(y)
    factor = G / (G - 1) * (n - 1) / (n - counted)
    return np.sqrt(np.diag(factor * bread @ meat @ bread)[:2])


@pytest.mark.parametrize("seed", range(5))
def test_clustered_errors_do_not_count_nested_effects(seed):
    """With clusters = units the unit effects leave K: columns plus months (constant inside)."""
    y, X, unit, month = _panel(seed)
    expected = _crv1_by_dummies(y, X, (unit, month), unit, 2 + len(np.unique(month)))

    fit = fit_within(y, X, unit, month, cluster=unit)

    np.testing.assert_allclose(expected, fit.se, rtol=1e-8)
    assert len(np.unique(unit)) - 1 == fit.dof


def test_one_way_clustered_errors_count_one_constant():
    """When all effects are nested, K is the columns plus one constant."""
    y, X, unit, _ = _panel(7)

    fit = fit_within(y, X, unit, cluster=unit)

    np.testing.assert_allclose(_crv1_by_dummies(y, X, (unit,), unit, 3), fit.se, rtol=1e-8)


def test_effects_across_clusters_are_counted():
    """Clusters that cut through units leave every effect counted."""
    y, X, unit, month = _panel(8)
    cluster = np.random.default_rng(0).integers(0, 9, len(y))
    counted = 2 + len(np.unique(unit)) + len(np.unique(month)) - 1

    fit = fit_within(y, X, unit, month, cluster=cluster)

    expected = _crv1_by_dummies(y, X, (unit, month), cluster, counted)
    np.testing.assert_allclose(expected, fit.se, rtol=1e-8)


def test_separate_parts_of_a_panel_lose_one_more_month():
    """Two groups of units that share no month: the rank of the effects is exact."""
    y, X, unit, month = _panel(9, units=10, months=12, keep=1.0)
    kept = (unit < 5) == (month < 6)
    y, X, unit, month = y[kept], X[kept], unit[kept], month[kept]

    fit = fit_within(y, X, unit, month)

    assert len(y) - _by_dummies(y, X, unit, month)[3] == fit.dof


def test_labels_may_be_text_and_missing_rows_are_left_out():
    """Text labels and a NaN in y give the fit of the complete rows."""
    y, X, unit, month = _panel(3)
    holed = y.copy()
    holed[[0, 17]] = np.nan
    rest = np.isfinite(holed)
    expected = fit_within(y[rest], X[rest], unit[rest], month[rest], cluster=unit[rest])

    fit = fit_within(holed, X, [f"单位{u}" for u in unit], month.astype(str), cluster=unit)

    np.testing.assert_allclose(expected.coef, fit.coef)
    np.testing.assert_allclose(expected.se, fit.se)


def test_a_column_without_within_variation_is_refused():
    """A column that is constant inside every unit has no coefficient, and none is made up."""
    y, X, unit, _ = _panel(4)
    with pytest.raises(ValueError, match="does not vary"):
        fit_within(y, np.column_stack([X[:, 0], unit * 2.5]), unit)


def test_repeated_columns_are_refused():
    """A column given twice has no coefficient of its own."""
    y, X, unit, _ = _panel(4)
    with pytest.raises(ValueError, match="repeat"):
        fit_within(y, np.column_stack([X, X[:, 0] * 3]), unit)
