"""Goalposts, totals, ranks under weight uncertainty, proofs and bands, each by another route."""

from fractions import Fraction
from itertools import pairwise, product

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.optimize import linprog
from scipy.stats import gmean, rankdata

from pipelines.analysis.scores import (
    ENOUGH,
    RankIntervals,
    bands,
    composite,
    goalpost,
    grades,
    leave_one_out,
    rank_intervals,
    ranks,
    weight_proof,
)

NUMBER = st.floats(-1e6, 1e6)
SCORES = arrays(np.float64, (4, 3), elements=st.floats(0, 110))
WEIGHTS = arrays(np.float64, 3, elements=st.floats(0.5, 10))


def _panel(units=14, indicators=5, seed=3, missing=0.0):
    rng = np.random.default_rng(seed)
    values = np.round(rng.uniform(20, 105, (units, indicators)), 1)
    values[rng.random(values.shape) < missing] = np.nan
    return values, rng.integers(5, 30, indicators).astype(float)


# --- goalposts


@pytest.mark.parametrize(
    ("x", "floor", "stretch", "direction", "score"),
    [
        (75, 60, 90, "up", 50),
        (60, 60, 90, "up", 0),
        (59.9, 60, 90, "up", 0),
        (92.7, 60, 90, "up", 109),
        (99, 60, 90, "up", 110),
        (12, 20, 10, "down", 80),
        (12, 10, 20, "down", 80),
        (21, 20, 10, "down", 0),
        (0, 20, 10, "down", 110),
        (-5, -20, 10, "up", 50),
    ],
)
def test_goalposts_by_hand(x, floor, stretch, direction, score):
    """0 at the floor, 100 at the stretch, never below 0 or above 110, turned for costs."""
    assert score == pytest.approx(goalpost(x, floor, stretch, direction))


def test_goalposts_against_exact_fractions():
    """The same numbers from rational arithmetic, one by one."""
    x = np.arange(0, 130, 0.25)
    expected = [float(min(max(100 * (Fraction(v) - 37) / (Fraction(91) - 37), 0), 110)) for v in x]
    np.testing.assert_allclose(expected, goalpost(x, 37, 91, "up"), rtol=1e-14)


@given(NUMBER, NUMBER, NUMBER, st.floats(0.1, 1e5))
def test_goalposts_are_monotone_and_bounded(x, more, floor, way):
    """More is never scored less (never more for costs), and all stays within 0–110."""
    low, high = sorted((x, more))
    up = goalpost([low, high], floor, floor + way, "up")
    down = goalpost([low, high], floor + way, floor, "down")
    assert 0 <= up[0] <= up[1] <= 110
    assert 110 >= down[0] >= down[1] >= 0


@given(st.floats(-1e3, 1e3), st.floats(0.01, 100), st.floats(-100, 100))
def test_goalposts_do_not_know_the_unit_of_measure(x, scale, shift):
    """元 or 万元, ℃ or ℉: the score is the same."""
    expected = goalpost(x, 40, 90, "up")
    moved = goalpost(x * scale + shift, 40 * scale + shift, 90 * scale + shift, "up")
    assert expected == pytest.approx(moved, abs=1e-6)


def test_goalposts_broadcast_and_keep_missing():
    """One call for units × indicators with goalposts of their own; missing is not 0."""
    found = goalpost([[1.0, np.nan], [3.0, 8.0]], [0, 0], [2, 10], "up")
    np.testing.assert_allclose([[50, np.nan], [110, 80]], found)


@pytest.mark.parametrize(
    ("floor", "stretch", "direction"), [(5, 5, "up"), (5, 5, "down"), (9, 5, "up"), (1, 2, "band")]
)
def test_goalposts_that_make_no_sense_are_refused(floor, stretch, direction):
    """No way from floor to stretch, or an unknown direction, is an error and not a number."""
    with pytest.raises(ValueError, match=r"goalpost|direction"):
        goalpost(3, floor, stretch, direction)


# --- totals


def test_totals_against_pandas_and_scipy():
    """Weighted means over what is there; the missing weight beside it."""
    values, weights = _panel(missing=0.12)
    long = pd.DataFrame(values).stack().dropna().rename("s").reset_index()
    long["w"] = weights[long["level_1"]]
    grouped = long.assign(ws=long["w"] * long["s"]).groupby("level_0")[["w", "ws"]].sum()
    enough = grouped["w"] / weights.sum() >= ENOUGH
    found = composite(values, weights, "arithmetic")
    np.testing.assert_allclose((grouped["ws"] / grouped["w"]).where(enough), found.total)
    np.testing.assert_allclose(1 - grouped["w"] / weights.sum(), found.missing_weight, atol=1e-12)
    geometric = composite(values, weights, "geometric").total
    for unit in np.flatnonzero(enough):
        there = ~np.isnan(values[unit])
        expected = gmean(values[unit, there], weights=weights[there])
        assert expected == pytest.approx(geometric[unit])


def test_two_thirds_of_the_weight_are_enough_and_less_is_not():
    """The limit itself counts; below it there is no total, and the missing weight says why."""
    values = [[60.0, 90.0, np.nan], [60.0, np.nan, np.nan], [np.nan] * 3]
    found = composite(values, [1, 1, 1], "arithmetic")
    np.testing.assert_allclose([75, np.nan, np.nan], found.total)
    np.testing.assert_allclose([1 / 3, 2 / 3, 1], found.missing_weight)


def test_zeros():
    """One zero makes the geometric total 0; an indicator of weight 0 counts in neither."""
    assert [0.0] == composite([[0, 100]], [1, 1], "geometric").total
    assert [50.0] == composite([[0, 100]], [1, 1], "arithmetic").total
    for how in ("arithmetic", "geometric"):
        assert [pytest.approx(80)] == composite([[0, 80]], [0, 1], how).total


def test_one_unit_and_one_indicator():
    """The smallest sheet works, and reads as a plain array."""
    assert 70 == pytest.approx(float(np.asarray(composite([70.0], [3], "geometric"))[0]))
    assert 1 == rank_intervals([[70.0]], [3]).high[0]
    assert not weight_proof([[70.0]], [3]).any()
    assert np.isnan(leave_one_out([[70.0]], [3])).all()


@given(SCORES, WEIGHTS, st.floats(0.01, 1000))
def test_totals_are_bounded_monotone_and_know_no_scale_of_weights(scores, weights, scale):
    """Between the least and the best score; better scores never lower it; weights are shares."""
    for how in ("arithmetic", "geometric"):
        total = composite(scores, weights, how).total
        assert np.all(total <= scores.max(axis=1) + 1e-9)
        assert np.all(total >= scores.min(axis=1) - 1e-9)
        assert np.all(composite(scores + 1, weights, how).total >= total - 1e-9)
        np.testing.assert_allclose(
            total, composite(scores, weights * scale, how).total, rtol=1e-9, atol=1e-9
        )
    geometric = composite(scores, weights, "geometric").total
    assert np.all(geometric <= composite(scores, weights, "arithmetic").total + 1e-9)


def test_weights_by_name_find_their_indicator():
    """A frame and named weights are matched by name, whatever the order."""
    frame = pd.DataFrame({"质量": [100.0], "安全": [0.0]})
    assert [75.0] == composite(frame, {"安全": 1, "质量": 3}, "arithmetic").total
    assert [75.0] == composite(frame, pd.Series({"安全": 1, "质量": 3}), "arithmetic").total


@pytest.mark.parametrize("weights", [[1, -1], [0, 0], [1, np.nan], [1]])
def test_weights_that_are_none_are_refused(weights):
    """Negative, missing, all zero or too few."""
    with pytest.raises(ValueError, match="weights"):
        composite([[50, 60]], weights, "arithmetic")


# --- ranks


def test_rank_intervals_against_brute_force():
    """The same draws, ranked one by one with scipy; the ends are the 5 % and 95 % draw."""
    values, weights = _panel(missing=0.06)
    found = rank_intervals(values, weights, draws=400, seed=5)
    draws = np.random.default_rng(5).uniform(-0.25, 0.25, (400, weights.size))
    enough = ~np.isnan(composite(values, weights, "arithmetic").total)
    rows = []
    for u in draws:
        w = weights * (1 + u)
        totals = [
            sum(a * b for a, b in zip(w, row, strict=True) if not np.isnan(b))
            / sum(a for a, b in zip(w, row, strict=True) if not np.isnan(b))
            for row in values[enough]
        ]
        rows.append(rankdata(-np.round(totals, 9), method="min"))
    by_unit = np.sort(np.array(rows), axis=0)
    np.testing.assert_array_equal(by_unit[400 // 20 - 1], found.low[enough])
    np.testing.assert_array_equal(by_unit[400 * 19 // 20 - 1], found.high[enough])
    assert np.isnan(found.rank[~enough]).all()


def test_rank_intervals_repeat_and_hold_the_rank():
    """The same seed gives the same interval; another seed nearly the same; the rank lies in it."""
    values, weights = _panel(units=40)
    first, again = rank_intervals(values, weights), rank_intervals(values, weights)
    other = rank_intervals(values, weights, seed=1)
    np.testing.assert_array_equal(first.low, again.low)
    assert 2 >= np.abs(first.high - other.high).max()
    assert np.all((first.low <= first.rank) & (first.rank <= first.high))


def test_certain_weights_leave_no_interval():
    """Without uncertainty the interval is the rank."""
    values, weights = _panel()
    found = rank_intervals(values, weights, spread=0.0, draws=10)
    np.testing.assert_array_equal(found.rank, found.low)
    np.testing.assert_array_equal(found.rank, found.high)


def test_ties_share_the_better_rank():
    """Equal totals have one rank, and the next one is not moved up; missing has none."""
    np.testing.assert_array_equal([1, 1, 3, np.nan], ranks([90, 90, 70, np.nan]))
    found = rank_intervals([[50, 50], [50, 50], [40, 40]], [1, 2])
    np.testing.assert_array_equal([1, 1, 3], found.low)
    np.testing.assert_array_equal([1, 1, 3], found.high)


# --- proofs


def test_weight_proof_against_linear_programming():
    """Every pair of a panel: the least difference over the bounds as linprog finds it."""
    values, weights = _panel(units=9, indicators=4)
    shares = weights / weights.sum()
    proof = weight_proof(values, weights)
    assert 0 < proof.sum() < 9 * 8 / 2  # some pairs are open
    for a, b in product(range(9), repeat=2):
        solved = linprog(
            values[a] - values[b],
            A_eq=np.ones((1, 4)),
            b_eq=[1],
            bounds=list(zip(0.75 * shares, 1.25 * shares, strict=True)),
        )
        assert (solved.fun > 1e-9) == proof[a, b], (a, b)


@settings(max_examples=40, deadline=None)
@given(SCORES, WEIGHTS, st.integers(0, 2**32 - 1))
def test_no_weighting_within_the_bounds_contradicts_a_proof(scores, weights, seed):
    """Random weights within ±25 % with the sum kept never turn a proven pair."""
    shares, rng = weights / weights.sum(), np.random.default_rng(seed)
    u = rng.uniform(-0.25, 0.25, (200, 3)) * shares
    drawn = shares + u - u.mean(axis=1, keepdims=True)
    drawn = drawn[np.all(np.abs(drawn - shares) <= 0.25 * shares, axis=1)]
    totals = drawn @ scores.T
    a, b = np.nonzero(weight_proof(scores, weights))
    assert np.all(totals[:, a] > totals[:, b])


def test_a_proof_is_an_order():
    """Nobody is above themselves, no two above each other, and it carries over."""
    values, weights = _panel(units=20)
    proof = weight_proof(values, weights)
    assert not (proof & proof.T).any()
    assert not ((proof.astype(int) @ proof.astype(int) > 0) & ~proof).any()


def test_units_that_miss_different_indicators_are_not_compared():
    """The same gap is comparable, another one is not, too little weight never."""
    values = [[90, 90, 90, np.nan], [50, 50, 50, np.nan], [10, 10, np.nan, 10], [9, 9, 9, 9]]
    proof = weight_proof(values, [1, 1, 1, 1])
    assert [(0, 1)] == [tuple(map(int, each)) for each in np.argwhere(proof)]


def test_leaving_one_out_against_pandas():
    """Dropping a column and asking again is the same."""
    values, weights = _panel(missing=0.05)
    frame = pd.DataFrame(values)
    found = leave_one_out(values, weights)
    for column in frame:
        rest = frame.drop(columns=column)
        expected = composite(rest, np.delete(weights, column), "arithmetic").total
        np.testing.assert_allclose(expected, found[column])


@pytest.mark.parametrize("spread", [-0.1, 1.0])
def test_bounds_that_turn_weights_around_are_refused(spread):
    """A weight stays a weight."""
    with pytest.raises(ValueError, match="spread"):
        weight_proof([[1, 2]], [1, 1], spread=spread)


# --- bands and grades


def _intervals(*pairs):
    low, high = np.array(pairs, dtype=float).T
    return RankIntervals(rank=low, low=low, high=high)


def test_bands_by_hand():
    """Nested intervals share a band; one that only touches another does not."""
    found = bands(_intervals((1, 3), (1, 2), (2, 4), (3, 3), (np.nan, np.nan), (9, 9)))
    np.testing.assert_array_equal([1, 1, 2, 2, 0, 3], found)


@given(st.lists(st.tuples(st.integers(1, 12), st.integers(0, 6)), min_size=1, max_size=15))
def test_within_a_band_all_intervals_overlap_fully(pairs):
    """Of any two members one holds the other, and bands are numbered without a gap."""
    given_ = _intervals(*[(low, low + more) for low, more in pairs])
    found = bands(given_)
    assert set(range(1, found.max() + 1)) == set(found)
    for a, b in product(range(len(pairs)), repeat=2):
        if found[a] == found[b]:
            inside = given_.low[a] >= given_.low[b] and given_.high[a] <= given_.high[b]
            holds = given_.low[a] <= given_.low[b] and given_.high[a] >= given_.high[b]
            assert inside or holds


def test_a_veto_caps_the_grade_and_nothing_else():
    """The best grade is out of reach, a lower one stays; without a total there is none."""
    totals, capped = [95, 95, 40, np.nan, 85, 0], [False, True, True, True, False, False]
    np.testing.assert_array_equal([0, 1, 2, -1, 0, 2], grades(totals, [85, 60, 0], capped))
    assert all(a <= b for a, b in pairwise(grades([100, 90, 60, 5], [85, 60, 0], [False] * 4)))
    with pytest.raises(ValueError, match="minimums"):
        grades([50], [60, 85, 0], [False])
