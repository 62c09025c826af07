"""Sign-flip bootstrap by unit: the largest of many window statistics, and joint statistics."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from pipelines.analysis.arrays import Floats

DRAWS = 1999
REFINED_DRAWS = 20_000
REFINE_BELOW = 0.02
CHUNK = 2_000
Signs = NDArray[np.float32]


def flips(seed: int, draws: int, units: int) -> Iterator[Signs]:
    """±1 for ``units`` units in chunks (units, up to CHUNK draws), the same for the same
    arguments; ``draws`` in all."""
    if draws <= CHUNK:
        yield _few_flips(seed, draws, units)
        return
    rng = np.random.default_rng([seed, draws])
    for first in range(0, draws, CHUNK):
        yield _drawn(rng, min(CHUNK, draws - first), units)


@lru_cache(maxsize=2)
def _few_flips(seed: int, draws: int, units: int) -> Signs:
    """The first draws are those of every KPI and kept."""
    signs = _drawn(np.random.default_rng([seed, draws]), draws, units)
    signs.setflags(write=False)
    return signs


def _drawn(rng: np.random.Generator, draws: int, units: int) -> Signs:
    bits = np.frombuffer(rng.bytes(draws * (-(-units // 8))), dtype=np.uint8)
    drawn = np.unpackbits(bits.reshape(draws, -1), axis=1, count=units)
    return drawn.T.astype(np.float32, order="C") * 2 - 1


def _of(signs: Signs, units: NDArray[np.int64]) -> Signs:
    """The rows of ``units``; a copy only when some are left out."""
    return signs if len(units) == len(signs) else signs[units]


def studentised(scores: Floats) -> Floats:
    """|Σ s| / √Σ s² over units, (…, n) → (…); 0 where all scores are 0."""
    norm = np.sqrt((scores**2).sum(axis=-1))
    return np.abs(scores.sum(axis=-1)) / np.where(norm > 0, norm, np.inf)


def largest_p(scores: Floats, units: NDArray[np.int64], *, all_units: int, seed: int) -> Floats:
    """p of the largest window statistic per pair, METHODS (a) 7.

    ``scores`` (pairs, windows, n) of the units at positions ``units`` among ``all_units``; the
    signs belong to the units, so all KPIs share their draws. Small p are drawn again with 20,000.
    """
    p = _largest_p(scores, units, all_units, seed, DRAWS)
    small = np.flatnonzero(p < REFINE_BELOW)
    if len(small):
        p[small] = _largest_p(scores[small], units, all_units, seed, REFINED_DRAWS)
    return p


def _largest_p(
    scores: Floats, units: NDArray[np.int64], all_units: int, seed: int, draws: int
) -> Floats:
    pairs, windows, n = scores.shape
    norm = np.sqrt((scores**2).sum(axis=-1, keepdims=True))
    unit_length = (scores / np.where(norm > 0, norm, np.inf)).astype(np.float32)
    rows = unit_length.reshape(pairs * windows, n)
    observed = np.abs(unit_length.sum(axis=-1)).max(axis=-1) - 1e-5  # float32 round-off
    beyond = np.zeros(pairs)
    for signs in flips(seed, draws, all_units):
        drawn = rows @ _of(signs, units)
        largest = np.abs(drawn, out=drawn).reshape(pairs, windows, -1).max(axis=1)
        beyond += (largest >= observed[:, None]).sum(axis=1)
    return (1.0 + beyond) / (draws + 1.0)


def joint_p(scores: Floats, units: NDArray[np.int64], *, all_units: int, seed: int) -> Floats:
    """p of the quadratic form S′(Σ s s′)⁻¹S per pair; ``scores`` (pairs, d, n).

    The weights do not change under sign flips, so the test keeps its size in small samples.
    """
    pairs, size, n = scores.shape
    meat = np.einsum("pdn,pen->pde", scores, scores)
    values, vectors = np.linalg.eigh(meat)
    floor = 1e-10 * np.maximum(values[:, -1:], 1e-300)
    root = np.where(values > floor, 1.0 / np.sqrt(np.maximum(values, floor)), 0.0)
    turned = np.einsum("pd,ped,pen->pdn", root, vectors, scores)
    observed = (turned.sum(axis=-1) ** 2).sum(axis=-1) * (1 - 1e-5)
    rows = turned.reshape(pairs * size, n).astype(np.float32)
    beyond = np.zeros(pairs)
    for signs in flips(seed, DRAWS, all_units):
        drawn = (rows @ _of(signs, units)).reshape(pairs, size, -1)
        beyond += (np.square(drawn, out=drawn).sum(axis=1) >= observed[:, None]).sum(axis=1)
    return (1.0 + beyond) / (DRAWS + 1.0)
