"""The 潜绩 axis: division by people, errors by brute force, validity on planted and null data."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from scipy.stats import spearmanr

from pipelines.analysis import latent, latent_fits
from pipelines.analysis.axis import stock_axis
from pipelines.analysis.evidence import UNCLEAR
from pipelines.analysis.joint import unidentified
from pipelines.analysis.latent_fits import latent_fits as fitted
from pipelines.analysis.latent_fits import level_of, looks_of, most_evidence
from pipelines.analysis.shares import type_shares
from pipelines.analysis.validity import later_change, rank_validity
from pipelines.domain.months import month_range

MONTHS = month_range("2023-11", "2026-10")
UNITS = [f"u{i:02d}" for i in range(40)]


def _long(values: np.ndarray, name: str = "value") -> pd.DataFrame:
    wide = pd.DataFrame(values, index=pd.Index(UNITS, name="unit"), columns=MONTHS)
    return wide.reset_index().melt("unit", var_name="month", value_name=name)


def _panel(seed: int, *, effect: float, lag: int = 4) -> tuple[pd.DataFrame, ...]:
    """KPI, two types and people. Units answer unequally to a season that also moves type A, so
    without any effect both change alike; only A works, ``lag`` months later."""
    rng = np.random.default_rng(seed)
    shape = (len(UNITS), len(MONTHS))
    load = rng.lognormal(0, 0.5, (len(UNITS), 1))
    season = load * np.cos(2 * np.pi * np.arange(shape[1]) / 12)
    x = rng.poisson(np.exp(0.4 * season) * 1.2 * rng.lognormal(0, 0.3, (len(UNITS), 1)))
    noise = rng.normal(size=shape)
    for at in range(1, shape[1]):
        noise[:, at] = 0.3 * noise[:, at - 1] + math.sqrt(0.91) * noise[:, at]
    y = rng.normal(size=(len(UNITS), 1)) * 2 + season + noise
    y[:, lag:] += effect * x[:, :-lag]
    other = _long(rng.poisson(1.0, shape)).assign(activity_type="B")
    activities = pd.concat([_long(x).assign(activity_type="A"), other], ignore_index=True)
    heads = _long(np.repeat(rng.integers(60, 160, (len(UNITS), 1)), shape[1], axis=1))
    return _long(y).assign(kpi="K"), activities, heads


@pytest.fixture(scope="module")
def planted():
    """A panel in which A clearly works, and what was fitted on it."""
    panel = _panel(1, effect=1.0)
    return panel, fitted(*panel, max_lag=6)


def test_the_axis_is_the_stock_divided_by_people(planted):
    """stock × heads ÷ 100 is the stock of ``decompose`` for every unit, type and month."""
    (_, activities, heads), found = planted
    fit, months = found.fits["K"], (MONTHS[-3], MONTHS[-1])
    whole = latent.decompose(fit, activities, months=months)
    for source in (latent.ALL_TYPES, "A"):
        axis = stock_axis(fit, activities, heads, months=months, source=source)
        held = whole[(whole["part"] == latent.STOCK) & (whole["activity_type"] == source)]
        both = held.merge(axis, on=["unit", "month"], suffixes=("", "_axis"))
        assert 2 * len(UNITS) == len(both)
        np.testing.assert_allclose(both["value"], both["stock"] * both["heads"] / 100, atol=1e-9)
        np.testing.assert_allclose(both["se"], both["se_axis"] * both["heads"] / 100, atol=1e-9)


def test_errors_equal_a_brute_force_delta_method(planted):
    """√(c′Vc) is √(g′Vg) with g the numerical gradient of the axis in every coefficient."""
    (_, activities, heads), found = planted
    fit = found.fits["K"]

    def axis(coef: np.ndarray) -> np.ndarray:
        moved = type(fit)(**{**vars(fit), "coef": coef.reshape(fit.coef.shape)})
        return stock_axis(moved, activities, heads, months=(MONTHS[-1],))["stock"].to_numpy()

    flat, step = fit.coef.ravel(), 1e-4
    steps = np.eye(flat.size) * step
    gradient = np.stack([(axis(flat + each) - axis(flat - each)) / (2 * step) for each in steps])
    brute = np.sqrt(np.einsum("pi,pq,qi->i", gradient, fit.cov, gradient))
    se = stock_axis(fit, activities, heads, months=(MONTHS[-1],))["se"]
    np.testing.assert_allclose(brute, se, rtol=1e-6)


def test_a_unit_without_people_is_left_out_and_not_guessed(planted):
    """No head count in the month, though the month before has one; zero people count as none."""
    (_, activities, heads), found = planted
    gone = (heads["unit"] == "u00") & (heads["month"] == MONTHS[-1])
    none = heads["value"].mask(heads["unit"] == "u01", 0)
    axis = stock_axis(
        found.fits["K"], activities, heads.assign(value=none)[~gone], months=tuple(MONTHS[-2:])
    )
    assert {"u00", "u01"} == set(UNITS) - set(axis.loc[axis["month"] == MONTHS[-1], "unit"])
    assert "u00" in set(axis.loc[axis["month"] == MONTHS[-2], "unit"])


def test_the_planted_stock_is_the_first_choice_and_is_covered(planted):
    """A carries over four months: its stock has the most evidence, its interval excludes 0 and
    holds the true stock, effect × what A did in the last four months."""
    (_, activities, _), found = planted
    assert ("K", "A") == most_evidence(found.evidence)
    row = found.evidence.set_index("activity_type").loc["A"]
    held = activities[(activities["activity_type"] == "A") & activities["month"].isin(MONTHS[-4:])]
    truth = held["value"].sum() / len(UNITS) / found.fits["K"].sigma
    assert 0 < row["low"] <= truth <= row["high"]
    other = found.evidence.set_index("activity_type").loc["B"]
    assert other["low"] <= 0 <= other["high"]


def test_intervals_pay_for_every_stock_that_can_be_chosen(planted):
    """One KPI, two types and all together, two reaches: six looks, each at 1 − 0.05 ÷ 6."""
    assert 6 == looks_of(1, 2) == planted[1].looks
    assert 1 - 0.05 / 6 == pytest.approx(level_of(6))


def test_the_change_is_six_months_less_six_months_without_what_moves_all():
    """Equal to the means written out; a shock to all and a season felt unequally leave nothing."""
    rng = np.random.default_rng(0)
    load = rng.normal(size=(30, 2))
    factors = rng.normal(size=(2, 24))
    common = rng.normal(size=(30, 1)) + rng.normal(size=24) + load @ factors
    assert np.nanmax(np.abs(later_change(common))) < 1e-9
    moved = common.copy()
    moved[0, 12:] += 1e-6  # too small to become a factor
    change = later_change(moved)[0]
    assert np.isnan(change[:5]).all()
    assert np.isnan(change[-6:]).all()
    assert 11 == int(np.nanargmax(change))


def test_the_rank_correlation_is_spearmans_within_a_month():
    """With one month it is Spearman's; the interval widens with the level."""
    rng = np.random.default_rng(2)
    a = rng.normal(size=(40, 1))
    b = a + rng.normal(size=(40, 1))
    found, wider = rank_validity(a, b), rank_validity(a, b, level=0.99)
    assert spearmanr(a[:, 0], b[:, 0]).statistic == pytest.approx(found.r)
    assert wider.low < found.low < found.r < found.high < wider.high
    assert (40, 40, 1) == (found.n_obs, found.n_units, found.n_months)


@pytest.mark.parametrize("units", [3, 11])
def test_too_few_units_give_no_validity(units):
    """Below twelve units nothing is told."""
    values = np.random.default_rng(0).normal(size=(units, 5))
    assert math.isnan(rank_validity(values, values).r)


def test_validity_finds_a_planted_carry_over(planted):
    """More of A's stock in a month goes with a rise of the KPI after it, out of sample."""
    row = planted[1].validity.set_index("activity_type").loc["A"]
    assert 0 < row["low"] <= row["r"]
    assert (len(UNITS), 7) == (row["n_units"], row["n_months"])


def test_validity_without_any_effect_covers_zero(monkeypatch):
    """40 panels in which season and campaign move both: the 95 % interval holds 0 in 95 % of the
    40, less 3 binomial SDs."""
    monkeypatch.setattr(latent_fits, "level_of", lambda looks: 0.95)
    found = [fitted(*_panel(seed, effect=0.0), max_lag=6).validity for seed in range(100, 140)]
    rows = pd.concat(found).groupby("activity_type")
    covered = rows.apply(lambda held: ((held["low"] <= 0) & (held["high"] >= 0)).mean())
    assert covered.min() >= 0.95 - 3 * math.sqrt(0.95 * 0.05 / 40)


def test_the_validity_never_looks_at_coefficients_of_the_tested_months(planted):
    """A KPI bent after the cut leaves the coefficients of the check as they were."""
    (kpis, activities, heads), _ = planted
    later = kpis["month"] > MONTHS[-13]
    bent = kpis.assign(value=kpis["value"].mask(later, kpis["value"] * 7 + 3))
    data = latent_fits._Data(kpi="K", kpis=kpis, activities=activities, max_lag=6)
    own = latent_fits._fitted(data.until(MONTHS[-13])).fit.coef
    seen = []
    kept = latent_fits._stocks

    def spied(fit, *rest):
        seen.append(fit.coef)
        return kept(fit, *rest)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(latent_fits, "_stocks", spied)
        fitted(bent, activities, heads, max_lag=6)
    np.testing.assert_array_equal(own, seen[0])


def test_short_records_have_fits_but_no_validity():
    """24 months: a stock can be estimated, but a year less is too short to check it."""
    kpis, activities, heads = (each[each["month"] >= MONTHS[12]] for each in _panel(3, effect=0.5))
    found = fitted(kpis, activities, heads, max_lag=6)
    assert ["K"] == list(found.fits)
    assert found.validity.empty


def test_thin_data_say_why():
    """Ten months: no fit, and the reason names the months."""
    panel = [each[each["month"] >= MONTHS[-10]] for each in _panel(4, effect=0.5)]
    found = fitted(*panel, max_lag=6)
    assert {} == found.fits
    assert "10 个月" in found.thin["reason"].item()
    assert found.evidence.empty


def _with(panel: tuple[pd.DataFrame, ...], held: np.ndarray, name: str) -> tuple[pd.DataFrame, ...]:
    kpis, activities, heads = panel
    return kpis, pd.concat([activities, _long(held).assign(activity_type=name)]), heads


def test_a_type_that_comes_back_exactly_has_no_stock(planted):
    """Every other month in all units, and it works two months later: its lags cannot be told
    apart, so neither it nor all together has a stock, an axis, a share or a validity, however
    clear the effect; A beside it keeps its own, which holds the truth."""
    held = np.outer(1 + np.arange(len(UNITS)) % 3, np.arange(len(MONTHS)) % 2).astype(float)
    kpis, activities, heads = _with(planted[0], held, "P")
    works = _long(np.roll(held, 2, axis=1)).set_index(["unit", "month"])["value"]
    moved = works.reindex(pd.MultiIndex.from_frame(kpis[["unit", "month"]])).to_numpy()
    found = fitted(kpis.assign(value=kpis["value"] + moved), activities, heads, max_lag=6)
    fit, evidence = found.fits["K"], found.evidence.set_index("activity_type")
    figures = ["value", "se", "low", "high"]
    assert evidence.loc[["P", latent.ALL_TYPES], figures].isna().all(axis=None)
    assert ("K", "A") == most_evidence(found.evidence)
    true = activities[(activities["activity_type"] == "A") & activities["month"].isin(MONTHS[-4:])]
    truth = true["value"].sum() / len(UNITS) / fit.sigma
    assert 0 < evidence.loc["A", "low"] <= truth <= evidence.loc["A", "high"]
    assert stock_axis(fit, activities, heads, months=(MONTHS[-1],), source="P").empty
    validity = found.validity.set_index("activity_type")
    assert validity.loc[["P", latent.ALL_TYPES], "r"].isna().all()
    assert validity.loc[["A", "B"], "r"].notna().all()
    shares = type_shares(fit).set_index("activity_type")
    assert UNCLEAR == shares.loc["P", "label"]
    assert shares.loc["P", ["total", "low", "high", "share"]].isna().all()
    assert ("P",) == unidentified(fit)


def test_of_two_types_that_always_occur_together_only_the_sum_is_known(planted):
    """Each is not a number; all together and the third type are what they were without the twin,
    because the twin says nothing new."""
    alone = (
        planted[0][1]
        .query("activity_type == 'A'")
        .pivot(index="unit", columns="month", values="value")
    )
    found = fitted(*_with(planted[0], 2.0 * alone.to_numpy(), "A2"), max_lag=6)
    before, after = (
        each.evidence.set_index("activity_type")[["value", "se"]] for each in (planted[1], found)
    )
    assert after.loc[["A", "A2"]].isna().all(axis=None)
    kept = [latent.ALL_TYPES, "B"]
    np.testing.assert_allclose(before.loc[kept], after.loc[kept], rtol=1e-6)
    assert ("A", "A2") == unidentified(found.fits["K"])


def test_ordinary_types_are_all_identified(planted):
    """No figure of an ordinary panel is withheld."""
    fit = planted[1].fits["K"]
    assert () == unidentified(fit)
    assert (0, fit.coef.size) == fit.null_space.shape
