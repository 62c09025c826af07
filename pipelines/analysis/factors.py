"""Common factors that units answer to with different strength."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

LEAST, MOST = 2, 5


def factors(y: Floats) -> Floats:
    """Leading eigenvectors (T, r) of y′y for demeaned ``y`` (n, T).

    r = max(2, argmax_{k ≤ 5} λ_k / λ_{k+1}), the eigenvalue ratio of Ahn and Horenstein (2013).
    """
    values, vectors = np.linalg.eigh(y.T @ y)
    values, vectors = values[::-1].clip(0), vectors[:, ::-1]
    most = min(MOST, len(values) - 2)
    ratios = values[:most] / np.maximum(values[1 : most + 1], 1e-12 * max(values[0], 1e-300))
    return vectors[:, : max(LEAST, int(ratios.argmax()) + 1)]


def without(values: Floats, found: Floats) -> Floats:
    """(…, T) with the factors (T, r) projected off every row."""
    rest = np.eye(len(found)) - found @ found.T
    return (values.reshape(-1, len(rest)) @ rest).reshape(values.shape)
