"""显绩 and 潜绩 as contrasts of the joint fit: identity, errors, and a slow loop beside them."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy.special import stdtrit

from pipelines.analysis import latent
from pipelines.analysis.joint import JointFit
from pipelines.analysis.shares import INDISTINCT, LATENT, MIXED, VISIBLE, fieller, type_shares
from pipelines.domain.months import month_range

TYPES = ("主题党日", "党建共建", "党课")
MONTHS = month_range("2024-01", "2026-06")
UNITS = tuple(f"u{i}" for i in range(7))
L = 6


def _fit(seed: int = 0, coef=None, noise: float = 0.05) -> JointFit:
    rng = np.random.default_rng(seed)
    size = len(TYPES) * (L + 1)
    root = rng.normal(size=(size, size)) * noise / np.sqrt(size)
    return JointFit(
        kpi="K",
        activity_types=TYPES,
        units=UNITS,
        max_lag=L,
        coef=rng.normal(size=(len(TYPES), L + 1)) if coef is None else np.array(coef, float),
        cov=root @ root.T,
        dof=39,
        sigma=2.0,
        logged=False,
        sd_activity=np.ones(len(TYPES)),
        null_space=np.empty((0, len(TYPES) * (L + 1))),
        n_units=40,
        n_months=36,
    )


def _activities(seed: int = 1) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    rows = [
        (unit, month, kind, float(rng.poisson(1.5)))
        for unit in UNITS
        for month in MONTHS
        for kind in TYPES
    ]
    return pd.DataFrame(rows, columns=["unit", "month", "activity_type", "value"])


@pytest.fixture(scope="module")
def work() -> latent.Work:
    return latent.work_of(TYPES, _activities())


def _value(fit, work, part, month):
    seen = latent.past(work, month, L)
    return latent.estimate(fit, latent.contrast(part, seen)).value


def test_the_stock_moves_exactly_by_what_is_added_and_released(work):
    """S_t = S_{t−1} + Σ x_t B_1 − Σ_{l≥1} β_l x_{t−l} to 1e-9, for every unit and month."""
    fit = _fit()
    tails = latent.tails(fit.coef)
    for at in range(L + 1, len(MONTHS)):
        now, before = MONTHS[at], MONTHS[at - 1]
        x = work.cube[:, :, at - L : at + 1][:, :, ::-1]  # x[k, i, l] = x_{k, t−l}
        added = np.einsum("ki,k->i", x[:, :, 0], tails[:, 1])
        released = np.einsum("kil,kl->i", x[:, :, 1:], fit.coef[:, 1:])
        expected = _value(fit, work, latent.STOCK, before) + added - released
        np.testing.assert_allclose(expected, _value(fit, work, latent.STOCK, now), atol=1e-9)


def test_opening_added_and_released_give_the_closing_stock(work):
    """The four bars of the waterfall reconcile to 1e-9, and the opening is last month's stock."""
    fit = _fit(3)
    parts = {
        part: _value(fit, work, part, MONTHS[20])
        for part in (latent.OPENING, latent.ADDED, latent.RELEASED, latent.CLOSING)
    }
    closing = parts[latent.OPENING] + parts[latent.ADDED] + parts[latent.RELEASED]
    np.testing.assert_allclose(parts[latent.CLOSING], closing, atol=1e-9)
    before = _value(fit, work, latent.STOCK, MONTHS[19])
    np.testing.assert_allclose(before, parts[latent.OPENING], atol=1e-9)


def test_the_release_schedule_adds_up_to_the_stock(work):
    """What is due in months 1 … L ahead is the whole stock, nothing more."""
    fit, seen = _fit(4), latent.past(work, MONTHS[15], L)
    due = sum(latent.estimate(fit, latent.release(seen, h)).value for h in range(1, L + 1))
    np.testing.assert_allclose(_value(fit, work, latent.STOCK, MONTHS[15]), due, atol=1e-9)


def test_decompose_equals_a_slow_loop():
    """Every value equals the sums of METHODS (b) written as loops over months, types and lags."""
    fit, rows = _fit(5), _activities(6)
    found = latent.decompose(fit, rows, months=(MONTHS[12], MONTHS[-1]))
    held = rows.set_index(["unit", "month", "activity_type"])["value"]
    for each in found.sample(120, random_state=0).itertuples():
        t = MONTHS.index(each.month)
        total = 0.0
        for k, kind in enumerate(TYPES):
            if each.activity_type not in (kind, latent.ALL_TYPES):
                continue
            x = [held[each.unit, MONTHS[t - back], kind] for back in range(L + 1)]
            if each.part == latent.STOCK:
                total += sum(x[j] * fit.coef[k, j + 1 :].sum() for j in range(L))
            lags = range(2) if each.part == latent.IMMEDIATE else range(2, L + 1)
            if each.part != latent.STOCK:
                total += sum(fit.coef[k, lag] * x[lag] for lag in lags)
        assert total == pytest.approx(each.value, abs=1e-9)


def test_types_add_up_to_the_whole():
    """For each unit, month and part the values of the types add up to that of all types."""
    found = latent.decompose(_fit(7), _activities(8), months=(MONTHS[-1],))
    whole = found[found["activity_type"] == latent.ALL_TYPES]
    parts = found[found["activity_type"] != latent.ALL_TYPES]
    keys = ["unit", "part"]
    summed = parts.groupby(keys)["value"].sum()
    pd.testing.assert_series_equal(summed, whole.set_index(keys)["value"].sort_index())


def test_errors_equal_those_of_drawn_coefficients(work):
    """√(c′Vc) is the SD of the stock over 20,000 draws of the coefficients, within 3 %."""
    fit = _fit(9)
    seen = latent.past(work, MONTHS[-1], L)
    c = latent.contrast(latent.STOCK, seen).reshape(len(UNITS), -1)
    draws = np.random.default_rng(0).multivariate_normal(fit.coef.ravel(), fit.cov, 20_000)
    found = latent.estimate(fit, latent.contrast(latent.STOCK, seen))
    np.testing.assert_allclose((draws @ c.T).std(axis=0), found.se, rtol=0.03)
    reach = stdtrit(fit.dof, 0.975)
    np.testing.assert_allclose(found.value - reach * found.se, found.low, atol=1e-12)


def test_the_mean_of_a_group_keeps_the_common_error(work):
    """A group's error comes from its mean contrast: units share β, so it shrinks less than 1/√n."""
    fit = _fit(10)
    c = latent.contrast(latent.STOCK, latent.past(work, MONTHS[-1], L))
    mean, used = latent.mean_contrast(c, np.ones(len(UNITS), dtype=bool))
    group, each = latent.estimate(fit, mean), latent.estimate(fit, c)
    assert len(UNITS) == used
    assert each.value.mean() == pytest.approx(float(group.value))
    v = mean.ravel() @ fit.cov @ mean.ravel()
    assert np.sqrt(v) == pytest.approx(float(group.se))
    assert each.se.mean() / np.sqrt(len(UNITS)) < group.se


def test_a_unit_without_its_whole_past_has_no_stock():
    """L months of records and the month itself are needed; a shorter past is missing, never 0."""
    rows = _activities(11)
    young = rows[(rows["unit"] != "u0") | (rows["month"] >= MONTHS[20])]
    found = latent.decompose(_fit(), young, months=(MONTHS[20 + L - 1], MONTHS[20 + L]))
    assert [MONTHS[20 + L]] == found.loc[found["unit"] == "u0", "month"].unique().tolist()


def test_no_month_has_enough_past():
    """Records of fewer than L + 1 months: an empty frame with the columns, not an error."""
    rows = _activities()
    found = latent.decompose(_fit(), rows[rows["month"] < MONTHS[L]])
    assert latent.COLUMNS == list(found.columns)
    assert found.empty


def test_types_are_labelled_by_the_interval_of_their_share():
    """All at lag 0: 显绩型; all at lag 5: 潜绩型; nothing at all: no share."""
    coef = np.zeros((3, L + 1))
    coef[0, 0], coef[1, 5] = 1.0, 1.0
    found = type_shares(_fit(2, coef=coef))
    assert [VISIBLE, LATENT, INDISTINCT] == found["label"].tolist()
    assert np.isnan(found["share"].iloc[2])
    coef[2, 0], coef[2, 4] = 0.5, 0.5
    assert MIXED == type_shares(_fit(2, coef=coef))["label"].iloc[2]


def test_fieller_covers_the_share_as_often_as_it_says():
    """Of 4,000 draws with a clear total the 95 % interval holds the true share in 95 %."""
    cov = np.array([[0.04, 0.01], [0.01, 0.06]])
    draws = np.random.default_rng(1).multivariate_normal([0.5, 1.5], cov, 4_000)
    covered = 0
    for part, total in draws:
        low, high = fieller(part, total, var_part=0.04, var_total=0.06, cov=0.01, t=1.96)
        covered += low <= 1 / 3 <= high
    assert 0.95 == pytest.approx(covered / 4_000, abs=0.012)


def test_fieller_gives_nothing_for_a_total_near_zero():
    """When the interval of the total holds 0 there is no share."""
    low, high = fieller(0.1, 0.2, var_part=0.01, var_total=0.04, cov=0.0, t=1.96)
    assert np.isnan(low)
    assert np.isnan(high)
