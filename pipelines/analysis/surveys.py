"""Shares of questionnaires: intervals, differences, non-response; METHODS (e)."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import ndtri, stdtrit

from pipelines.analysis.arrays import Floats
from pipelines.analysis.suppression import suppress

__all__ = ["clustered_n", "finite_n", "newcombe", "suppress", "wilson", "worst_case"]

Bounds = tuple[Floats | float, Floats | float]
LEVEL = 0.95


def wilson(
    k: ArrayLike,
    n: ArrayLike,
    *,
    population: ArrayLike | None = None,
    se: ArrayLike | None = None,
    clusters: ArrayLike | None = None,
    level: float = LEVEL,
) -> Bounds:
    """Score interval of a share k/n, each bound in 0–1 (Wilson 1927).

    Arguments broadcast; numbers give numbers, arrays give arrays. ``population``: size of the
    group that was sampled, see finite_n. ``se`` and ``clusters``: design-based standard error of
    the share and number of clusters, see clustered_n. n = 0 gives (0, 1).

    Raises ValueError unless 0 ≤ k ≤ n ≤ population, for fewer than two clusters, when ``se``
    comes without ``clusters`` or the other way round, and when both corrections are asked for.
    """
    counts, sizes = _checked(k, n)
    share = _share(counts, sizes)
    if (se is None) != (clusters is None):
        raise ValueError("se and clusters belong together")
    effective = sizes
    if se is not None and clusters is not None:
        if population is not None:
            raise ValueError("population and clusters cannot be combined")
        effective = clustered_n(share, sizes, se, clusters)
    elif population is not None:
        effective = finite_n(sizes, population)
    return _plain(*_score_interval(share, effective, level))


def finite_n(n: ArrayLike, population: ArrayLike) -> Floats:
    """Effective size n(N−1)/(N−n) of a sample without replacement; infinite for a census.

    Raises ValueError when a sample is larger than its population.
    """
    sizes, whole = np.broadcast_arrays(np.asarray(n, float), np.asarray(population, float))
    if (sizes > whole).any():
        raise ValueError("a sample is larger than its population")
    left = whole - sizes
    with np.errstate(divide="ignore", invalid="ignore"):
        found = np.where(left > 0, sizes * (whole - 1) / left, np.inf)
    return np.where(sizes > 0, found, 0.0)


def clustered_n(share: ArrayLike, n: ArrayLike, se: ArrayLike, clusters: ArrayLike) -> Floats:
    """Effective size min(n, p(1−p)/se²)·(t_{n−1}/t_{G−1})² (Korn and Graubard 1998).

    A share of 0 or 1 has no usable standard error and keeps n before the factor. Raises
    ValueError for fewer than two clusters.
    """
    groups = np.asarray(clusters, float)
    if (groups < 2).any():
        raise ValueError("an interval needs at least two clusters")
    p, sizes, error = np.asarray(share, float), np.asarray(n, float), np.asarray(se, float)
    variance = p * (1 - p)
    with np.errstate(divide="ignore", invalid="ignore"):
        by_error = np.where((variance > 0) & (error > 0), variance / error**2, np.inf)
    factor = stdtrit(np.maximum(sizes - 1, 1), 0.975) / stdtrit(groups - 1, 0.975)
    return np.minimum(sizes, by_error) * np.minimum(factor, 1.0) ** 2


def newcombe(
    k1: ArrayLike,
    n1: ArrayLike,
    k2: ArrayLike,
    n2: ArrayLike,
    *,
    correlation: float = 0.0,
    level: float = LEVEL,
) -> Bounds:
    """Interval of the difference k1/n1 − k2/n2, bounds in −1–1 (Newcombe 1998, method 10).

    The distances of each share from its Wilson bounds add up in squares. ``correlation`` of the
    two shares is 0 for different people; −1 is the widest and holds whatever the dependence, for
    two answers of the same people. Raises ValueError unless 0 ≤ k ≤ n.
    """
    if not -1 <= correlation <= 1:
        raise ValueError("a correlation lies between -1 and 1")
    p1, p2 = _share(*_checked(k1, n1)), _share(*_checked(k2, n2))
    low1, high1 = (np.asarray(each) for each in wilson(k1, n1, level=level))
    low2, high2 = (np.asarray(each) for each in wilson(k2, n2, level=level))
    difference = p1 - p2
    below = _joined(p1 - low1, high2 - p2, correlation)
    above = _joined(high1 - p1, p2 - low2, correlation)
    return _plain(np.maximum(difference - below, -1.0), np.minimum(difference + above, 1.0))


def worst_case(k: ArrayLike, n: ArrayLike, invited: ArrayLike) -> Bounds:
    """Bounds of the share among all invited when nobody, or everybody, who is missing chose it.

    Manski bounds k/N and (k + N − n)/N, without sampling error. Raises ValueError unless
    0 ≤ k ≤ n ≤ invited and invited > 0.
    """
    counts, sizes = _checked(k, n)
    asked = np.asarray(invited, float)
    if (asked < sizes).any() or (asked <= 0).any():
        raise ValueError("more answers than people asked, or nobody asked")
    return _plain(counts / asked, (counts + asked - sizes) / asked)


def _score_interval(share: Floats, n: Floats, level: float) -> tuple[Floats, Floats]:
    z = float(ndtri(0.5 + level / 2))
    with np.errstate(divide="ignore", invalid="ignore"):
        shrink = np.where(n > 0, z * z / n, np.inf)
        centre = (share + shrink / 2) / (1 + shrink)
        half = np.sqrt(share * (1 - share) * shrink + shrink**2 / 4) / (1 + shrink)
    low = np.where(share == 0, 0.0, np.maximum(centre - half, 0.0))
    high = np.where(share == 1, 1.0, np.minimum(centre + half, 1.0))
    return np.where(n > 0, low, 0.0), np.where(n > 0, high, 1.0)


def _joined(first: Floats, second: Floats, correlation: float) -> Floats:
    square = first**2 + second**2 - 2 * correlation * first * second
    return np.sqrt(np.maximum(square, 0.0))


def _checked(k: ArrayLike, n: ArrayLike) -> tuple[Floats, Floats]:
    counts, sizes = np.broadcast_arrays(np.asarray(k, float), np.asarray(n, float))
    if not ((counts >= 0) & (counts <= sizes)).all():
        raise ValueError("a count is negative, missing or larger than its base")
    return counts, sizes


def _share(counts: Floats, sizes: Floats) -> Floats:
    return np.where(sizes > 0, counts / np.maximum(sizes, 1e-300), 0.5)


def _plain(low: Floats, high: Floats) -> Bounds:
    if np.ndim(low) == 0:
        return float(low), float(high)
    return low, high
