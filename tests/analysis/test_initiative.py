"""Initiatives: sizes under the null, planted effects, oracles, gates, and the demo organisation."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm

from pipelines.analysis.adjusted import stacks_of
from pipelines.analysis.adoption import adoption_panel
from pipelines.analysis.calibration.initiative import calibrate_initiative, panel_frame
from pipelines.analysis.initiative import (
    BANNER,
    CLEAR,
    DESCRIPTIVE,
    FEW_ADOPTERS,
    THIN,
    UNCLEAR,
    ancova,
    assess,
    att_gt,
    event_times,
)
from pipelines.analysis.inputs import signed_kpis
from pipelines.settings import ROOT
from pipelines.simulate import simulate


def _staggered(seed: int = 3, effect: float = 0.0, adopters: int = 8) -> pd.DataFrame:
    """40 units × 24 months, two cohorts (12 and 16), an AR(.3) noise and a common season."""
    return panel_frame(
        np.random.default_rng(seed), units=40, adopters=adopters, effect=effect, starts=(12, 16)
    )


def test_att_gt_is_the_two_by_two_difference_of_means():
    """Each ATT(g, t) equals a 2×2 computed by hand with units that have not adopted by t."""
    frame = _staggered(effect=1.0)
    found = att_gt(frame, draws=50).set_index(["cohort", "period"])
    wide = frame.pivot(index="unit", columns="period", values="y")
    cohort = frame.groupby("unit")["cohort"].first()
    for g, t in ((12, 11), (12, 14), (12, 20), (16, 4), (16, 22)):
        change = wide[t] - wide[g - 1]
        clean = (cohort.isna() | (cohort > max(t, g))) & (cohort != g)
        expected = change[cohort == g].mean() - change[clean].mean()
        assert found.loc[(g, t), "att"] == pytest.approx(expected)


def test_ancova_is_ordinary_least_squares():
    """The coefficient of one cohort is that of statsmodels on the same three means."""
    frame = panel_frame(np.random.default_rng(5), units=30, adopters=6, effect=0.8, starts=(12,))
    wide = frame.pivot(index="unit", columns="period", values="y").sort_index()
    adopts = frame.groupby("unit")["cohort"].first().notna().astype(float)
    x = np.column_stack([adopts, wide[[9, 10, 11]].mean(axis=1), wide[range(9)].mean(axis=1)])
    expected = sm.OLS(wide[range(12, 24)].mean(axis=1).to_numpy(), sm.add_constant(x)).fit()
    found = ancova(frame, draws=99)
    assert expected.params[1] == pytest.approx(found.effect)
    assert found.low < found.effect < found.high


def test_names_and_order_of_units_change_nothing():
    """Renamed and shuffled units give the same estimate, p and interval."""
    frame = _staggered(effect=0.5)
    names = dict(zip(range(40), np.random.default_rng(1).permutation(40), strict=True))
    other = frame.assign(unit=frame["unit"].map(names)).sample(frac=1, random_state=2)
    a, b = ancova(frame, draws=199), ancova(other, draws=199)
    assert (a.effect, a.low, a.high, a.p) == pytest.approx((b.effect, b.low, b.high, b.p))
    pd.testing.assert_frame_equal(event_times(frame, draws=99), event_times(other, draws=99))


def test_the_same_seed_gives_the_same_and_months_may_be_text():
    """Months "2024-01" … give what numbers give, under their own labels."""
    frame = _staggered(effect=0.5)
    text = {i: f"{2024 + i // 12}-{i % 12 + 1:02d}" for i in range(24)}
    named = frame.assign(period=frame["period"].map(text), cohort=frame["cohort"].map(text))
    a, b = ancova(frame, draws=99, seed=4), ancova(named, draws=99, seed=4)
    assert (a.effect, a.p, a.low) == (b.effect, b.p, b.low)
    assert ["2025-01", "2025-05"] == b.cohorts["cohort"].tolist()


def test_missing_months_leave_the_estimate_near():
    """With a tenth of the cells gone the effect stays within half an SD of noise."""
    frame = _staggered(effect=2.0)
    thinned = frame.sample(frac=0.9, random_state=0)
    assert ancova(thinned, draws=99).effect == pytest.approx(
        ancova(frame, draws=99).effect, abs=0.5
    )
    assert att_gt(thinned, draws=50)["att"].notna().all()


@pytest.mark.parametrize(
    ("change", "match"),
    [
        (lambda f: f.drop(columns="y"), "missing"),
        (lambda f: pd.concat([f, f.head(1)]), "two rows"),
        (lambda f: f.assign(cohort=np.arange(len(f)) % 2 + 12), "two cohorts"),
        (lambda f: f.head(0), "no rows"),
    ],
)
def test_frames_that_mean_nothing_are_refused(change, match):
    """Missing columns, two rows of a cell, two cohorts of a unit and no rows raise ValueError."""
    with pytest.raises(ValueError, match=match):
        ancova(change(_staggered()))


def test_controls_have_not_adopted_in_the_window():
    """A unit that adopts inside the post window is no control of the earlier cohort."""
    panel = adoption_panel(_staggered())
    first = stacks_of(panel, post=12)[0]
    assert {12} == {int(c) for c in panel.cohort[first.units][first.d == 1]}
    assert panel.cohort[first.units][first.d == 0].min() >= 24


def test_each_gate_has_its_state_and_no_number():
    """Few controls, few adopters, a dip before adoption and no history are told apart."""
    rng = np.random.default_rng(0)
    few = panel_frame(rng, units=30, adopters=2, effect=3.0, starts=(12,))
    bare = panel_frame(rng, units=9, adopters=5, effect=3.0, starts=(12,))
    early = panel_frame(rng, units=30, adopters=6, effect=3.0, starts=(4,))
    picked = panel_frame(rng, units=60, adopters=10, starts=(12,), picked="seen")
    states = [assess(each, draws=499) for each in (few, bare, early, picked)]
    assert [FEW_ADOPTERS, DESCRIPTIVE, THIN, BANNER] == [each.state for each in states]
    assert all(np.isnan([s.effect, s.low, s.high, s.p]).all() for s in states)
    assert all(s.cohorts["effect"].isna().all() for s in states)
    assert f"{1 / 435:.3f}" in states[0].reasons[0]


def test_a_planted_effect_is_told_and_nothing_is_not():
    """3 SD on 8 of 40 units is 有差别 with its value inside; no effect is 看不出差别."""
    clear, none = assess(_staggered(effect=3.0), draws=499), assess(_staggered(), draws=499)
    assert CLEAR == clear.state
    assert clear.low < 3.0 < clear.high
    assert UNCLEAR == none.state
    assert none.low < 0 < none.high


@pytest.fixture(scope="module")
def calibration():
    """A fixed-seed run of the calibration, 120 draws."""
    found = calibrate_initiative(120, 11)
    return found.set_index(["scenario", "n_adopters", "metric"]).sort_index()


def test_the_permutation_test_holds_its_size(calibration):
    """False positives stay near 5 %, also when adopters were picked after a bad quarter."""
    found = calibration.xs("false_positive_ancova", level="metric")["value"]
    size = found[["random", "after_bad_quarter"]]
    assert 6 == len(size)
    assert (size <= 0.05 + 3.5 * np.sqrt(0.05 * 0.95 / 120)).all(), size


def test_naive_differences_are_wrong_where_methods_says(calibration):
    """Clustered t with one adopter, and after a bad quarter, rejects a true null far too often."""
    naive = calibration.xs("false_positive_naive", level="metric")["value"]
    assert naive["random", 1] > 0.4
    assert naive["after_bad_quarter_unseen", 10] > 0.3


def test_what_is_told_is_rarely_wrong(calibration):
    """Behind the gates a true null is told as a difference in about 5 %, however chosen."""
    told = calibration.xs("false_positive_told", level="metric")["value"]
    assert 9 == len(told)
    assert (told <= 0.05 + 3.5 * np.sqrt(0.05 * 0.95 / 120)).all(), told


def test_power_and_coverage(calibration):
    """An effect of one noise SD on ten units is found; the interval covers it 95 times in 100."""
    found = calibration["value"]
    assert found["planted", 10, "power_ancova"] > 0.8
    assert found["planted", 10, "coverage_interval"] > 0.95 - 3.5 * np.sqrt(0.05 * 0.95 / 120)
    assert found["random", 10, "coverage_band"] > 0.95 - 3.5 * np.sqrt(0.05 * 0.95 / 120)


PICKED = {
    "随机": "random",
    "上季度比自己以往差的": "after_bad_quarter",
    "有数字里看不出来的困难的": "after_bad_quarter_unseen",
}


def test_the_figures_of_the_docs_are_those_of_the_simulation(calibration):
    """Every rate in docs/initiatives.md is that of this run, to the whole per cent."""
    lines = (ROOT / "docs/initiatives.md").read_text(encoding="utf-8").splitlines()
    rows = [[cell.strip() for cell in line.split("|")[1:-1]] for line in lines if "% |" in line]
    assert 12 == len(rows)
    for how, adopters, effect, single, told in rows:
        scenario = PICKED[how] if effect == "没有" else "planted"
        kind = "false_positive" if effect == "没有" else "power"
        found = calibration["value"][scenario, int(adopters)]
        shown = [f"{100 * found[f'{kind}_{what}']:.0f}%" for what in ("ancova", "told")]
        assert [single, told] == shown, (how, adopters)


@pytest.fixture(scope="module")
def organisation():
    """The demo organisation with signed figures, as reported."""
    made = simulate(units=120, months=36, kpis=13, last_month="2026-10", seed=2026)
    figures = made.frames["kpi_values"].rename(columns={"unit": "unit_id", "kpi": "kpi_id"})
    definitions = made.frames["kpi_definitions"]
    directions = definitions.set_index("kpi_id")["direction"]
    figures = figures.assign(direction=figures["kpi_id"].map(directions))
    return made.truth, signed_kpis(figures, definitions)


def _demo(organisation, which: str) -> tuple[object, pd.DataFrame]:
    truth, values = organisation
    initiative = getattr(truth, which)
    starts = initiative.adopters.set_index("unit")["month"]
    mine = values[values["kpi"] == initiative.kpi_id]
    frame = mine.rename(columns={"month": "period", "value": "y"})
    return initiative, frame.assign(cohort=frame["unit"].map(starts))


def test_the_real_initiative_is_found_and_its_interval_covers_it(organisation):
    """红色引擎·节能攻关: 1.1 SD of a noise of 4.0 is inside the interval, 0 is not."""
    initiative, frame = _demo(organisation, "initiative")
    found = assess(frame, seed=1)
    assert CLEAR == found.state, found.reasons
    assert found.low < initiative.effect * 4.0 < found.high


def test_the_selection_trap_raises_its_banner(organisation):
    """降费突击队 was picked after its worst quarter: the banner, and no number."""
    _, frame = _demo(organisation, "trap")
    found = assess(frame, seed=1)
    assert BANNER == found.state
    assert np.isnan(found.effect)
    assert "采用前 3 个月" in found.reasons[0]


def test_a_window_of_events_has_the_same_points_and_a_narrower_band():
    """Only the months asked for are returned, and the band answers for fewer of them."""
    frame = _staggered()
    whole, part = event_times(frame), event_times(frame, window=(-3, 3))
    assert list(range(-3, 4)) == list(part["event"])
    same = whole[whole["event"].between(-3, 3)].reset_index(drop=True)
    assert list(same["att"]) == list(part["att"])
    inside = part["se"] > 0
    assert ((part["high"] - part["low"])[inside] <= (same["high"] - same["low"])[inside]).all()
    assert (part["high"] - part["low"]).sum() < (same["high"] - same["low"]).sum()
