"""Correction of many tests, and the scale on which a KPI is compared."""

from __future__ import annotations

import numpy as np
from scipy.stats import false_discovery_control

from pipelines.analysis.multiplicity import benjamini_hochberg
from pipelines.analysis.prepare import stabilised


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
