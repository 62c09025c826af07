"""Many tests at once."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from pipelines.analysis.arrays import Floats


def benjamini_hochberg(p: ArrayLike) -> Floats:
    """Adjusted p-values (Benjamini and Hochberg 1995) of ``p`` (n,); NaN is no test and stays NaN.

    ``q[i] ≤ a`` rejects i at false discovery rate a.
    """
    values = np.asarray(p, dtype=np.float64)
    tested = np.flatnonzero(np.isfinite(values))
    q = np.full(values.shape, np.nan)
    if not tested.size:
        return q
    order = tested[np.argsort(values[tested], kind="stable")]
    scaled = values[order] * tested.size / np.arange(1, tested.size + 1)
    q[order] = np.minimum(1.0, np.minimum.accumulate(scaled[::-1])[::-1])
    return q
