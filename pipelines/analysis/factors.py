"""Common factors that units answer to with different strength."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from pipelines.analysis.arrays import Floats

Positions = NDArray[np.int64]

LEAST, MOST = 2, 5
FOLDS = 20


def factors(y: Floats) -> Floats:
    """Leading eigenvectors (T, r) of y′y for demeaned ``y`` (n, T).

    r = max(2, argmax_{k ≤ 5} λ_k / λ_{k+1}), the eigenvalue ratio of Ahn and Horenstein (2013).
    """
    values, vectors = np.linalg.eigh(y.T @ y)
    return vectors[:, ::-1][:, : _number(values[::-1].clip(0))]


def held_out(y: Floats) -> Iterator[tuple[Positions, Floats]]:
    """Positions of a few units, and the projection (T, T) off the factors of all other units;
    every unit of ``y`` (n, T) comes once.

    A unit's own figures have no part in its factors, so neither its noise nor the effect sought
    is projected off with them. The number of factors is that of ``factors``. Units are dealt out
    by how much they vary, so that names and order do not matter.
    """
    units, months = y.shape
    whole = y.T @ y
    number = _number(np.linalg.eigvalsh(whole)[::-1].clip(0))
    order = np.argsort((y**2).sum(axis=1), kind="stable")
    for at in range(min(units, FOLDS)):
        own = order[at::FOLDS]
        leading = np.linalg.eigh(whole - y[own].T @ y[own])[1][:, -number:]
        yield own, np.eye(months) - leading @ leading.T


def without(values: Floats, found: Floats) -> Floats:
    """(…, T) with the factors (T, r) projected off every row."""
    rest = np.eye(len(found)) - found @ found.T
    return (values.reshape(-1, len(rest)) @ rest).reshape(values.shape)


def _number(values: Floats) -> int:
    """How many of the eigenvalues, the largest first, are factors."""
    most = min(MOST, len(values) - 2)
    ratios = values[:most] / np.maximum(values[1 : most + 1], 1e-12 * max(values[0], 1e-300))
    return max(LEAST, int(ratios.argmax()) + 1)
