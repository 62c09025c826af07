"""Scores of one KPI against every activity type: windows, leads, what single units contribute."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipelines.analysis.factors import factors, without
from pipelines.analysis.prepare import LEADS, Prepared, bins_of

Floats = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class Residuals:
    """One type against the KPI: ``y`` (n, T) and ``x`` (lags, n, T) without effects, factors and
    the other types; both from the same months."""

    y: Floats
    x: Floats

    @property
    def scores(self) -> Floats:
        """Σ_t ỹ x̃ per lag and unit, (lags, n)."""
        return np.einsum("nt,lnt->ln", self.y, self.x)

    def at_lag(self, lag: int) -> tuple[Floats, Floats]:
        """x̃ of one lag and ỹ, both (n, T), given all other lags of this type.

        A prewhitened activity of one month moves against that of its neighbours, so a lag read
        alone would show a mirror image of the month beside it.
        """
        rest = np.delete(self.x, lag, axis=0)
        free = _partialled(self.y, self.x[lag][None], rest)
        return free.x[0], free.y


def windows_of(max_lag: int) -> list[tuple[int, int]]:
    """Single lags, windows of 3 and 6 months, and all of them, as (first, last) lag."""
    sizes = [size for size in (1, 3, 6) if size < max_lag + 1] + [max_lag + 1]
    return [(a, a + size - 1) for size in sizes for a in range(max_lag + 2 - size)]


def window_scores(scores: Floats, windows: list[tuple[int, int]]) -> Floats:
    """Scores (lags, n) summed over the lags of each window, (windows, n)."""
    return np.stack([scores[first : last + 1].sum(axis=0) for first, last in windows])


def residuals_by_type(panel: Prepared) -> list[Residuals]:
    """METHODS (a) 4–6 for every type: factors of Y projected off, the others' lag bins too."""
    lags = range(panel.max_lag + 1)
    y = panel.outcome()
    found = factors(y)
    y, x = without(y, found), without(panel.moved(lags), found)
    binned = np.stack([x[:, b.start : b.stop].sum(axis=1) for b in bins_of(panel.max_lag)], axis=1)
    return [_partialled(y, x[k], _others(binned, k)) for k in range(len(x))]


def lead_residuals(panel: Prepared) -> list[Residuals]:
    """Per type, activity 3, 2 and 1 months after the KPI, given all lags of its own type.

    The last three months have no complete leads and are left out.
    """
    lags = range(panel.max_lag + 1)
    y = panel.outcome(last=LEADS)
    found = factors(y)
    y, x = without(y, found), without(panel.moved(lags, last=LEADS), found)
    ahead = without(panel.moved(range(-LEADS, 0), last=LEADS), found)
    binned = np.stack([x[:, b.start : b.stop].sum(axis=1) for b in bins_of(panel.max_lag)], axis=1)
    nuisance = [np.concatenate([_others(binned, k), x[k]]) for k in range(len(x))]
    return [_partialled(y, ahead[k], nuisance[k]) for k in range(len(x))]


def effective_units(scores: Floats) -> float:
    """(Σ s²)² / Σ s⁴ of one window (n,)."""
    squares = scores**2
    return float(squares.sum() ** 2 / max(float((squares**2).sum()), 1e-300))


def largest_share(scores: Floats) -> float:
    """The largest unit's part of Σ s²."""
    squares = scores**2
    return float(squares.max() / max(float(squares.sum()), 1e-300))


def sign_stable(scores: Floats) -> bool:
    """Whether the sum keeps its sign when any one unit is left out."""
    total = scores.sum()
    return bool((np.sign(total - scores) == np.sign(total)).all())


def _others(binned: Floats, own: int) -> Floats:
    """Lag-bin sums (k, bins, n, T) of all types but one, as (columns, n, T)."""
    kept = np.delete(binned, own, axis=0)
    return kept.reshape(-1, *binned.shape[2:])


def _partialled(y: Floats, x: Floats, nuisance: Floats) -> Residuals:
    """Least-squares residuals of y (n, T) and x (lags, n, T) on the nuisance columns."""
    if not len(nuisance):
        return Residuals(y=y, x=x)
    columns = nuisance.reshape(len(nuisance), -1)
    targets = np.concatenate([y[None], x]).reshape(len(x) + 1, -1)
    gram = np.linalg.pinv(columns @ columns.T, rcond=1e-10, hermitian=True)
    free = targets - (targets @ columns.T) @ gram @ columns
    shaped = free.reshape(len(x) + 1, *y.shape)
    return Residuals(y=shaped[0], x=shaped[1:])
