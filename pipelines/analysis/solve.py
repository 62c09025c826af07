"""Normal equations, also when some columns say the same: inverses, and what stays unknown."""

from __future__ import annotations

import numpy as np

from pipelines.analysis.arrays import Floats

ROUND_OFF = 1e-10  # relative size below which a direction is not data


def inverse(gram: Floats) -> Floats:
    """Inverse (…, p, p) of ``gram`` = X X′; the pseudo-inverse when a column repeats others.

    Cholesky's pivots tell which: the pseudo-inverse costs ten times as much.
    """
    if gram.shape[-1] == 0:
        return gram
    if _is_definite(gram):
        return np.linalg.inv(gram)
    return np.linalg.pinv(gram, rcond=ROUND_OFF, hermitian=True)


def null_space(gram: Floats) -> Floats:
    """Orthonormal directions (m, p) in which coefficients can move and the fit stays the same.

    ``gram`` (p, p) = X X′. They are those that ``inverse`` leaves at 0; none as a rule.
    """
    if gram.shape[-1] == 0 or _is_definite(gram):
        return np.empty((0, gram.shape[-1]))
    values, vectors = np.linalg.eigh(gram)
    return vectors[:, values <= ROUND_OFF * np.abs(values).max()].T


def _is_definite(gram: Floats) -> bool:
    """Whether every one of ``gram`` (…, p, p) is, by a margin; False where it is not clear."""
    try:
        pivots = np.diagonal(np.linalg.cholesky(gram), axis1=-2, axis2=-1) ** 2
    except np.linalg.LinAlgError:
        return False
    return bool((pivots.min(axis=-1) > 1e3 * ROUND_OFF * pivots.max(axis=-1)).all())
