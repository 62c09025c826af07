"""Inverses of normal equations, also when some columns say the same."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

ROUND_OFF = 1e-10  # relative size below which a direction is not data


def inverse(gram: Floats) -> Floats:
    """Inverse (…, p, p) of ``gram`` = X X′; the pseudo-inverse when a column repeats others.

    Cholesky's pivots tell which: the pseudo-inverse costs ten times as much.
    """
    if gram.shape[-1] == 0:
        return gram
    try:
        pivots = np.diagonal(np.linalg.cholesky(gram), axis1=-2, axis2=-1) ** 2
    except np.linalg.LinAlgError:
        return np.linalg.pinv(gram, rcond=ROUND_OFF, hermitian=True)
    if (pivots.min(axis=-1) > 1e3 * ROUND_OFF * pivots.max(axis=-1)).all():
        return np.linalg.inv(gram)
    return np.linalg.pinv(gram, rcond=ROUND_OFF, hermitian=True)
