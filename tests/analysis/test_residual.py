"""Residual associations: planted lags are found, thin data says so, intervals are the oracle's."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy.stats import false_discovery_control

from pipelines.analysis.multiplicity import benjamini_hochberg
from pipelines.analysis.panel import fit_within
from pipelines.analysis.prepare import stabilised
from pipelines.analysis.residual import residual_associations
from pipelines.domain.months import month_range

MONTHS = month_range("2024-01", "2025-12")


def _long(values, series, name):
    """A (units, months) array as a long frame of one series; NaN gives no row."""
    frame = pd.DataFrame(values, columns=MONTHS[: values.shape[1]]).rename_axis("unit")
    tall = frame.reset_index().melt("unit", var_name="month", value_name="value").dropna()
    return tall.assign(unit=tall["unit"].map("u{:03d}".format), **{series: name})


def _planted(*, units: int = 40, lag: int = 2, effect: float = 0.8, seed: int = 0):
    """Counts x and a KPI that moves ``lag`` months later, with unit levels and a season."""
    rng = np.random.default_rng(seed)
    x = rng.poisson(3, (units, len(MONTHS))).astype(float)
    y = rng.normal(size=x.shape) + rng.normal(size=(units, 1)) * 5 + np.sin(np.arange(24))
    y[:, lag:] += effect * x[:, : x.shape[1] - lag]
    return _long(y, "kpi", "A"), _long(x, "activity_type", "党课")


def _cell(found, lag):
    return found[found["lag"] == lag].iloc[0]


def test_planted_lag_is_the_only_strong_one():
    """A KPI built to follow the activity by two months shows it there and not before."""
    found = residual_associations(*_planted(lag=2))
    assert found.loc[found["r"].idxmax(), "lag"] == 2
    assert _cell(found, 2)["state"] == "同向变化"
    assert abs(_cell(found, 0)["r"]) < 0.15
    assert abs(_cell(found, -2)["r"]) < 0.15


def test_opposite_planted_effect_is_called_opposite():
    """A falling KPI is 反向变化; the sign is that of the KPI as given."""
    assert _cell(residual_associations(*_planted(effect=-0.8)), 2)["state"] == "反向变化"


def test_common_season_alone_shows_nothing():
    """What moves all units in the same month is no evidence: y and x share only the season."""
    rng = np.random.default_rng(5)
    season = 3 + 3 * np.sin(np.arange(24) / 2)
    x = rng.poisson(np.tile(season.clip(0.1), (60, 1))).astype(float)
    y = 2 * season + rng.normal(size=x.shape)
    assert np.corrcoef(x.ravel(), y.ravel())[0, 1] > 0.6  # what a pooled r would claim

    found = residual_associations(_long(y, "kpi", "A"), _long(x, "activity_type", "党课"))

    assert found.loc[found["lag"] >= 0, "r"].abs().max() < 0.1


def test_r_and_interval_are_the_standardised_clustered_fit():
    """r, low and high equal slope ± t·SE of fit_within, times SD(x)/SD(y) of the residuals."""
    kpis, activities = _planted(units=20, seed=3)
    both = kpis.merge(activities, on=["unit", "month"], suffixes=("_y", "_x"))
    fit = fit_within(both["value_y"], both["value_x"], both["unit"], both["month"], both["unit"])
    dummies = pd.get_dummies(both[["unit", "month"]], dtype=float).to_numpy()
    free = [
        v - dummies @ np.linalg.lstsq(dummies, v, rcond=None)[0]
        for v in (both["value_x"].to_numpy(), both["value_y"].to_numpy())
    ]
    scale = np.linalg.norm(free[0]) / np.linalg.norm(free[1])
    cell = _cell(residual_associations(kpis, activities), 0)

    assert cell["r"] == pytest.approx(fit.coef[0] * scale)
    t_19 = 2.093024054408263  # two-sided 95 % quantile of t with 19 degrees of freedom
    assert cell["high"] - cell["r"] == pytest.approx(t_19 * fit.se[0] * scale)


def test_month_without_record_is_zero_inside_the_span_and_missing_outside():
    """A unit that starts in month 10 adds no zero months before; a gap inside counts as 0."""
    kpis, activities = _planted(units=14)
    late = (activities["unit"] == "u000") & (activities["month"] < MONTHS[9])
    gap = (activities["unit"] == "u001") & (activities["month"] == MONTHS[12])
    found = residual_associations(kpis, activities[~late & ~gap])
    assert _cell(found, 0)["n_obs"] == 14 * 24 - 9


@pytest.mark.parametrize(("units", "months"), [(11, 24), (40, 17)])
def test_thin_data_gives_no_figure(units, months):
    """Below 12 units or 18 months the answer is 数据不足 and r stays empty."""
    kpis, activities = _planted(units=units)
    kept = MONTHS[:months]
    found = residual_associations(
        kpis[kpis["month"].isin(kept)], activities[activities["month"].isin(kept)], max_lag=0
    )
    assert set(found["state"]) == {"数据不足"}
    assert found["r"].isna().all()


def test_a_type_that_few_units_have_gives_no_figure():
    """Fewer than eight active units: 数据不足 for that type, not for the others."""
    kpis, activities = _planted(units=30)
    rare = activities[activities["unit"] < "u007"].assign(activity_type="谈心谈话")
    found = residual_associations(kpis, pd.concat([activities, rare]), max_lag=0)
    assert set(found.loc[found["activity_type"] == "谈心谈话", "state"]) == {"数据不足"}
    assert found.loc[found["activity_type"] == "党课", "r"].notna().any()


def test_constant_kpi_gives_no_figure():
    """A KPI that never changes is 数据不足, not r = 0 and not an error."""
    kpis, activities = _planted()
    found = residual_associations(kpis.assign(value=1.5), activities)
    assert set(found["state"]) == {"数据不足"}


def test_empty_input_gives_an_empty_frame_with_the_same_columns():
    """No activities: no rows, but every column a page asks for."""
    kpis, activities = _planted()
    empty = residual_associations(kpis, activities.head(0))
    assert list(residual_associations(kpis, activities).columns) == list(empty.columns)
    assert empty.empty


def test_single_test_rejects_a_true_null_about_one_time_in_twenty():
    """With independent noise the 95 % interval misses 0 in 5 % of cells (binomial tolerance)."""
    rng = np.random.default_rng(11)
    y = pd.concat([_long(rng.normal(size=(30, 24)), "kpi", f"k{i}") for i in range(12)])
    x = pd.concat(
        [_long(rng.poisson(3, (30, 24)).astype(float), "activity_type", f"t{i}") for i in range(30)]
    )
    found = residual_associations(y, x, max_lag=0)
    now = found[found["lag"] == 0]
    assert len(now) == 360
    assert 0.02 < (now["p"] < 0.05).mean() < 0.085


def test_best_of_several_lags_is_not_paid_for():
    """The reason for the notice on the page: the best of seven lags misses 0 far too often."""
    rng = np.random.default_rng(12)
    y = pd.concat([_long(rng.normal(size=(30, 24)), "kpi", f"k{i}") for i in range(8)])
    x = pd.concat(
        [_long(rng.poisson(3, (30, 24)).astype(float), "activity_type", f"t{i}") for i in range(10)]
    )
    found = residual_associations(y, x)
    best = found[found["lag"] >= 0].groupby(["kpi", "activity_type"])["p"].min()
    assert (best < 0.05).mean() > 0.15


def test_benjamini_hochberg_equals_scipy_and_skips_missing():
    """q is scipy's false_discovery_control on the tests that exist; NaN stays NaN."""
    p = np.array([0.01, np.nan, 0.04, 0.03, 0.5, 0.02])
    known = np.isfinite(p)
    q = benjamini_hochberg(p)
    np.testing.assert_allclose(false_discovery_control(p[known]), q[known])
    assert np.isnan(q[1])


def test_levels_that_grow_with_size_are_logged_and_keep_their_order():
    """Spread in proportion to the mean becomes logs, below zero −log(−y); plain noise stays."""
    rng = np.random.default_rng(0)
    size = np.exp(rng.normal(size=(30, 1)) * 2)
    y = size * np.exp(rng.normal(size=(30, 24)) * 0.1)
    np.testing.assert_allclose(np.log(y), stabilised(y))
    np.testing.assert_allclose(-np.log(y), stabilised(-y))
    plain = rng.normal(size=(30, 24)) + 100
    np.testing.assert_array_equal(plain, stabilised(plain))
