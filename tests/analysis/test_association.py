"""The association finds what is planted, claims nothing else, and says what it cannot know."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from pipelines.analysis.association import COLUMNS, analyse, associate
from pipelines.analysis.calibration.association import calibrate_nulls, calibrate_planted
from pipelines.analysis.calibration.panels import Link, Scenario, panel
from pipelines.analysis.detail import pair_detail
from pipelines.analysis.evidence import STATES, Evidence, size_word, state_of

LINK = Link(kpi=0, kind=1, lag=4, effect=0.3)
SCENARIO = Scenario(name="一条真关联", units=100, months=36, kpis=2, kinds=3, links=(LINK,))


@pytest.fixture(scope="module")
def found():
    """One analysis with one planted link."""
    return analyse(*panel(SCENARIO, 3), seed=1)


def test_the_planted_pair_is_the_only_strong_one(found):
    """The pair with the planted link is 较强证据 at its lag, no other pair is claimed."""
    claimed = found.pairs[found.pairs["q"] <= 0.05]
    (pair,) = claimed.to_dict("records")
    assert ("K00", "A01", "较强证据") == (pair["kpi"], pair["activity_type"], pair["state"])
    assert pair["window_start"] <= LINK.lag <= pair["window_end"]
    truth = LINK.effect / found.joints["K00"].sigma
    assert pair["low"] <= truth <= pair["high"]


def test_columns_are_those_of_the_methods(found):
    """The public frame has the promised columns, one row per pair and only known states."""
    shown = associate(*panel(SCENARIO, 3), seed=1)
    assert COLUMNS == list(shown.columns)
    assert 6 == len(shown)
    assert set(shown["state"]) <= set(STATES)
    pd.testing.assert_frame_equal(found.pairs[COLUMNS], shown)


def test_rows_in_another_order_and_unit_names_change_nothing():
    """The result depends on the data: shuffled rows give the same numbers."""
    kpis, activities = panel(SCENARIO, 3)
    shuffled = [each.sample(frac=1, random_state=0) for each in (kpis, activities)]
    pd.testing.assert_frame_equal(
        associate(kpis, activities), associate(*shuffled), check_exact=False, rtol=1e-9
    )


def test_scale_and_level_of_a_kpi_change_nothing():
    """Yuan or ten thousand yuan, with any unit levels: the same p, effects in σ_w the same."""
    kpis, activities = panel(SCENARIO, 3)
    other = kpis.assign(value=kpis["value"] * 1e4 - 7e6)
    one, two = associate(kpis, activities), associate(other, activities)
    np.testing.assert_allclose(one["effect"], two["effect"], rtol=1e-6)
    np.testing.assert_allclose(one["p"], two["p"], atol=0.002)


def test_a_worse_kpi_gives_a_negative_effect():
    """With the sign of the KPI turned the effect turns, the evidence does not."""
    kpis, activities = panel(SCENARIO, 3)
    turned = associate(kpis.assign(value=-kpis["value"]), activities).iloc[1]
    assert turned["effect"] < 0
    assert "较强证据" == turned["state"]


def test_lag_profiles_hold_leads_and_two_intervals(found):
    """Lags −3 … 12 of every pair; the band is wider than the single interval; leads have none."""
    rows = found.lags[(found.lags["kpi"] == "K00") & (found.lags["activity_type"] == "A01")]
    assert list(range(-3, 13)) == rows["lag"].tolist()
    ahead = rows[rows["lag"] >= 0]
    assert (ahead["band_high"] - ahead["band_low"] > ahead["high"] - ahead["low"]).all()
    assert rows[rows["lag"] < 0]["band_low"].isna().all()
    assert ahead.loc[ahead["effect"].idxmax(), "lag"] == LINK.lag
    assert (rows["r"].abs() < 1).all()


def test_a_neighbouring_lag_shows_no_mirror_image(found):
    """r of the month beside the planted one is near 0 although prewhitening moves against it."""
    rows = found.lags[(found.lags["kpi"] == "K00") & (found.lags["activity_type"] == "A01")]
    r = rows.set_index("lag")["r"]
    assert r[LINK.lag] > 0.15
    assert abs(r[LINK.lag - 1]) < 0.08
    assert abs(r[LINK.lag + 1]) < 0.08


def test_a_lag_that_is_a_sum_of_others_has_no_effect_of_its_own():
    """Every other month the same: lags and leads cannot be told apart, their sum can, and nothing
    may be ruled out from intervals that only look narrow."""
    units, months = [f"U{at:02}" for at in range(14)], panel(SCENARIO, 3)[0]["month"].unique()
    noise = np.random.default_rng(3).normal(size=(14, len(months)))
    cells = [(i, t, u, m) for i, u in enumerate(units) for t, m in enumerate(months)]
    kpis = [(u, m, "K", noise[i, t]) for i, t, u, m in cells]
    held = [(u, m, "A", 1.0 + ((i // 7 + t) % 2) * (1 + i % 3)) for i, t, u, m in cells]
    columns = ["unit", "month", "series", "value"]
    found = analyse(
        pd.DataFrame(kpis, columns=columns).rename(columns={"series": "kpi"}),
        pd.DataFrame(held, columns=columns).rename(columns={"series": "activity_type"}),
        seed=0,
    )
    assert 16 == len(found.lags)
    assert found.lags[["effect", "low", "high", "band_low", "r"]].isna().all(axis=None)
    pair = found.pairs.iloc[0]
    assert pair["low"] < pair["effect"] < pair["high"]
    assert "基本可排除" != pair["state"]


def test_two_types_one_month_apart_split_no_effect_between_them():
    """B is held wherever A was a month before: a lag of A is the next lag of B, and no lag shows
    the half that a pseudo-inverse would give each; only A at lag 0 and B at the last are alone."""
    kpis, activities = panel(replace(SCENARIO, units=30, kpis=1, links=()), 3)
    held = activities[activities["activity_type"] == activities["activity_type"].iloc[0]]
    held = held.assign(activity_type="a")
    months = sorted(held["month"].unique())
    later = dict(zip(months, [*months[1:], None], strict=True))
    after = held.assign(activity_type="b", month=held["month"].map(later)).dropna()
    first = held[held["month"] == months[0]].assign(activity_type="b")
    found = analyse(kpis, pd.concat([held, after, first]), max_lag=6, seed=0).lags
    effects = found[found["lag"] >= 0].pivot(index="activity_type", columns="lag", values="effect")
    assert effects.loc["a", 1:].isna().all()
    assert effects.loc["b", :5].isna().all()


@pytest.mark.parametrize(
    ("units", "months", "words"), [(11, 36, "单位只有 11 个"), (100, 17, "只有 17 个月")]
)
def test_thin_data_are_called_thin(units, months, words):
    """Below 12 units or 18 months nothing is claimed and the reason names the number."""
    shown = analyse(*panel(replace(SCENARIO, units=units, months=months), 3)).pairs
    assert {"数据不足"} == set(shown["state"])
    assert shown["p"].isna().all()
    assert shown["reason"].str.contains(words).all()


def test_a_type_of_few_units_is_left_out_and_said():
    """A type that fewer than 8 units hold is 数据不足, the other types are not touched."""
    kpis, activities = panel(SCENARIO, 3)
    few = activities["unit"].isin(sorted(activities["unit"].unique())[:7])
    kept = activities[(activities["activity_type"] != "A02") | few]
    shown = analyse(kpis, kept).pairs.set_index(["kpi", "activity_type"])
    assert "数据不足" == shown.loc[("K00", "A02"), "state"]
    assert "8" in shown.loc[("K00", "A02"), "reason"]
    assert np.isfinite(shown.loc[("K00", "A01"), "p"])


def test_activity_after_the_kpi_is_not_called_ahead():
    """Activities held because the KPI moved two months before are never 较强证据."""
    kpis, activities = panel(replace(SCENARIO, links=()), 5)
    wide = kpis[kpis["kpi"] == "K00"].pivot(index="unit", columns="month", values="value")
    pushed = wide.sub(wide.mean(axis=1), axis=0).shift(2, axis=1).fillna(0.0)
    pushed = (2 * (pushed - pushed.mean())).clip(lower=-3)
    extra = pushed.stack().rename("extra").reset_index()
    mixed = activities.merge(extra, on=["unit", "month"])
    own = mixed["activity_type"] == "A01"
    mixed["value"] = (mixed["value"] + mixed["extra"].where(own, 0.0)).clip(lower=0)
    shown = analyse(kpis, mixed.drop(columns="extra")).pairs
    pair = shown[(shown["kpi"] == "K00") & (shown["activity_type"] == "A01")].iloc[0]
    assert pair["p_lead"] < 0.05
    assert pair["state"] in ("方向不明", "无法判断")


def test_missing_months_are_not_zero():
    """A unit that stops reporting activities is left out of the fit instead of counted as idle."""
    kpis, activities = panel(SCENARIO, 3)
    gone = (activities["unit"] == "U0000") & (activities["month"] > "2025-06")
    joint = analyse(kpis, activities[~gone]).joints["K00"]
    assert "U0000" not in joint.units
    assert 99 == joint.n_units


def test_progress_can_cancel():
    """A progress function that raises stops the analysis; shares rise from 0."""
    seen = []

    def stop(step, share):
        seen.append((step, share))
        if share > 0:
            raise InterruptedError

    with pytest.raises(InterruptedError):
        analyse(*panel(SCENARIO, 3), progress=stop)
    assert [0.0, 0.5] == [share for _, share in seen]
    assert "第 1/2 项指标" in seen[0][0]


def test_nothing_planted_keeps_its_level():
    """On null panels with uneven reactions p ≤ .05 stays near 5 % and the whole analysis claims
    something in about 10 % at most; the binomial limits hold at 99.9 %."""
    kept = Scenario(name="无关联", units=60, months=36, kpis=3, kinds=3)
    table = calibrate_nulls(30, seed=11, scenarios=(kept,)).set_index("metric")["value"]
    assert 0.02 < table["无关联时 p ≤ 0.05 的比例"] < 0.09
    assert table["无关联时整次分析有任何 q ≤ 0.10 的比例"] <= 0.30
    assert table["无关联时先后检验 p ≤ 0.05 的比例"] < 0.10


def test_planted_links_are_found_in_their_window():
    """Power, lag recovery and coverage on a small version of the planted panel."""
    links = (Link(kpi=0, kind=0, lag=1, effect=0.25), Link(kpi=1, kind=1, lag=5, effect=0.25))
    small = Scenario(name="小样", units=100, months=36, kpis=4, kinds=3, links=links)
    table = calibrate_planted(8, seed=5, scenarios=(small,)).set_index("metric")["value"]
    assert table["q ≤ 0.10 找到的真关联比例"] >= 0.9
    assert table["q ≤ 0.10 时窗口含真滞后的比例"] >= 0.9
    assert table["q ≤ 0.10 中错的比例（FDR）"] <= 0.25
    assert table["真滞后处 95% 区间含真值的比例"] >= 0.8
    assert 0.92 <= table["其余滞后处 95% 区间含 0 的比例"] <= 0.98


KNOWN = {
    "q": 0.01, "p_lead": 0.5, "direction_confirmed": False, "reach": 0.3, "n_units": 60,
    "effective_units": 40.0, "largest_share": 0.05, "sign_stable": True,
}  # fmt: skip


@pytest.mark.parametrize(
    ("change", "state"),
    [
        ({}, "较强证据"),
        ({"q": 0.07}, "线索"),
        ({"n_units": 15}, "线索"),
        ({"p_lead": 0.01}, "方向不明"),
        ({"p_lead": 0.01, "direction_confirmed": True}, "较强证据"),
        ({"effective_units": 9.0}, "无法判断"),
        ({"largest_share": 0.26}, "无法判断"),
        ({"sign_stable": False}, "无法判断"),
        ({"q": 0.4}, "无法判断"),
        ({"q": 0.4, "reach": 0.09}, "基本可排除"),
        ({"q": 0.4, "reach": 0.09, "effective_units": 9.0}, "无法判断"),
        ({"q": np.nan}, "数据不足"),
    ],
)
def test_every_gate_decides_the_state(change, state):
    """One gate at a time: a claim passes all of them or is not made."""
    assert state == state_of(Evidence(**(KNOWN | change)))[0]


@pytest.mark.parametrize(
    ("effect", "word"), [(0.04, "极弱"), (-0.06, "弱"), (0.1, "中"), (-0.5, "强"), (np.nan, "")]
)
def test_sizes_have_words(effect, word):
    """|effect| below .05, .10, .20 and above."""
    assert word == size_word(effect)


def test_the_detail_of_a_pair_gives_its_statistics(found):
    """Residuals and contributions recompute the effective units and the largest share."""
    kpis, activities = panel(SCENARIO, 3)
    pair = found.pairs.set_index(["kpi", "activity_type"]).loc[("K00", "A01")]
    window = (int(pair["window_start"]), int(pair["window_end"]))
    detail = pair_detail(kpis, activities, kpi="K00", activity_type="A01", window=window)
    products = detail.residuals.eval("s = x * y").groupby("unit")["s"].sum()
    np.testing.assert_allclose(products, detail.units.set_index("unit")["score"], rtol=1e-9)
    squares = products**2
    assert pair["effective_units"] == pytest.approx(squares.sum() ** 2 / (squares**2).sum())
    assert pair["largest_share"] == pytest.approx(detail.units["share"].max())
    assert pair["n_months"] * pair["n_units"] == len(detail.residuals)
    assert [pair["n_months"]] * len(detail.units) == list(detail.units["months"])
    r = np.corrcoef(detail.residuals["x"], detail.residuals["y"])[0, 1]
    assert r == pytest.approx(detail.correlation.r, rel=1e-6)
    assert 0 < detail.correlation.low < r < detail.correlation.high


def test_a_pair_that_was_not_analysed_has_no_detail():
    """An unknown activity type is an error, not an empty picture."""
    with pytest.raises(KeyError):
        pair_detail(*panel(SCENARIO, 3), kpi="K00", activity_type="A99", window=(0, 0))
