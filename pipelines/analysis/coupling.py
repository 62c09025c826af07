"""Coupling coordination of two levels: a description of balance, never evidence of anything."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from pipelines.analysis.arrays import Floats


@dataclass(frozen=True, kw_only=True)
class Coordination:
    """Coupling ``c``, common level ``t`` and coordination ``d = sqrt(c·t)``, each 0–1.

    Arrays in the shape of what went in, plain numbers when two numbers went in; NaN where one
    of the two levels is missing. They are shown together, with the levels, or not at all.
    """

    c: Floats
    t: Floats
    d: Floats


def coordination(u1: ArrayLike, u2: ArrayLike) -> Coordination:
    """The corrected degree: C = sqrt((1 − |U1 − U2|) · min/max), T = (U1 + U2)/2, D = sqrt(C·T).

    METHODS (d). Levels 0–1. Two zeros are equal levels: C = 1 as for every equal pair, T = D = 0.
    Raises ValueError for a level outside 0–1.
    """
    first, second = _levels(u1, u2)
    low, high = np.minimum(first, second), np.maximum(first, second)
    c = np.sqrt((1 - (high - low)) * _ratio(low, high))
    t = (first + second) / 2
    return Coordination(c=c[()], t=t[()], d=np.sqrt(c * t)[()])


def _levels(u1: ArrayLike, u2: ArrayLike) -> tuple[Floats, Floats]:
    first, second = np.broadcast_arrays(np.asarray(u1, np.float64), np.asarray(u2, np.float64))
    for each in (first, second):
        if np.any((each < 0) | (each > 1)):
            raise ValueError("levels must lie between 0 and 1")
    return first, second


def _ratio(part: Floats, whole: Floats) -> Floats:
    """part/whole, 1 where both are 0: the value of every other equal pair."""
    zero = whole == 0
    return np.where(zero, 1.0, part / np.where(zero, 1.0, whole))
