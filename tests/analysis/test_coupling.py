"""Coupling coordination: the formulas, their ends, and why the classic one is no evidence."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.analysis.coupling import coordination

LEVEL = st.floats(0, 1)


def classic_c(u1, u2):
    """The degree as papers have it, which the product does not show: 2·sqrt(U1·U2)/(U1 + U2)."""
    return 2 * np.sqrt(u1 * u2) / (u1 + u2)


@pytest.mark.parametrize(
    ("u1", "u2", "c", "t", "d"),
    [
        (0.8, 0.5, math.sqrt(0.7 * 0.625), 0.65, math.sqrt(math.sqrt(0.7 * 0.625) * 0.65)),
        (1.0, 0.25, math.sqrt(0.25 * 0.25), 0.625, math.sqrt(0.25 * 0.625)),
        (0.6, 0.6, 1.0, 0.6, math.sqrt(0.6)),
        (1.0, 0.0, 0.0, 0.5, 0.0),
        (0.0, 0.0, 1.0, 0.0, 0.0),
        (1.0, 1.0, 1.0, 1.0, 1.0),
    ],
)
def test_golden_numbers(u1, u2, c, t, d):
    """C, T and D as worked out by hand; two zeros are an equal pair without a level."""
    found = coordination(u1, u2)
    assert (c, t, d) == pytest.approx((found.c, found.t, found.d), abs=1e-15)


@given(LEVEL, LEVEL)
def test_everything_stays_between_0_and_1_and_the_sides_are_equal_partners(u1, u2):
    """Bounded, symmetric; C is 1 for equal levels only."""
    found, turned = coordination(u1, u2), coordination(u2, u1)
    assert all(0 <= each <= 1 for each in (found.c, found.t, found.d))
    assert (found.c, found.t, found.d) == (turned.c, turned.t, turned.d)
    if abs(u1 - u2) > 1e-12:
        assert 1 > found.c


@given(st.floats(0.01, 0.99), st.floats(0.001, 0.99), st.floats(0.001, 0.99))
def test_c_falls_as_the_gap_widens(high, share, smaller):
    """With the larger level fixed, a larger gap never gives more coupling."""
    near, far = high * max(share, smaller), high * min(share, smaller)
    assert coordination(high, near).c >= coordination(high, far).c - 1e-12


def test_the_classic_degree_praises_series_that_know_nothing_of_each_other():
    """Independent drifting levels show classic C above .8 in more than 80 % of months, as
    the page says; corrected far less."""
    rng = np.random.default_rng(11)
    walks = np.clip(0.55 + np.cumsum(rng.normal(0, 0.06, (400, 2, 36)), axis=2), 0.02, 1)
    share = (classic_c(walks[:, 0], walks[:, 1]) > 0.8).mean()
    assert 0.8 < share
    assert share - 0.3 > (coordination(walks[:, 0], walks[:, 1]).c > 0.8).mean()


def test_arrays_keep_their_shape_and_missing_stays_missing():
    """One call for all units; a level that is not known gives no number, never 0."""
    found = coordination([0.5, np.nan, 0.0], [0.5, 0.5, 0.3])
    np.testing.assert_allclose([1.0, np.nan, 0.0], found.c)
    np.testing.assert_allclose([0.5, np.nan, 0.15], found.t)
    assert (2, 3) == coordination(np.full((2, 1), 0.4), np.full(3, 0.2)).d.shape


@pytest.mark.parametrize("level", [-0.01, 1.01, math.inf])
def test_a_level_outside_0_to_1_is_refused(level):
    """A score of 0–110 that nobody divided is a mistake and not a high level."""
    with pytest.raises(ValueError, match="between 0 and 1"):
        coordination(0.5, level)
