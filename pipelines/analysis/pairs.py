"""Scores of one KPI against every activity type: windows, leads, what single units contribute."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from pipelines.analysis.arrays import Floats
from pipelines.analysis.factors import factors, without
from pipelines.analysis.prepare import LEADS, Prepared, bins_of
from pipelines.analysis.solve import ROUND_OFF, inverse


@dataclass(frozen=True, kw_only=True)
class Residuals:
    """One type against the KPI: ``y`` (n, T) and ``x`` (lags, n, T) without effects, factors and
    the other types; both from the same months."""

    y: Floats
    x: Floats

    @property
    def scores(self) -> Floats:
        """Σ_t ỹ x̃ per lag and unit, (lags, n)."""
        return scores_of(self.x, self.y)


def scores_of(x: Floats, y: Floats) -> Floats:
    """Σ_t y x per lag and unit, (lags, n), of ``x`` (lags, n, T) and ``y`` (n, T)."""
    return (x.transpose(1, 0, 2) @ y[:, :, None])[:, :, 0].T


def windows_of(max_lag: int) -> list[tuple[int, int]]:
    """Single lags, windows of 3 and 6 months, and all of them, as (first, last) lag."""
    sizes = [size for size in (1, 3, 6) if size < max_lag + 1] + [max_lag + 1]
    return [(a, a + size - 1) for size in sizes for a in range(max_lag + 2 - size)]


def window_scores(scores: Floats, windows: list[tuple[int, int]]) -> Floats:
    """Scores (lags, n) summed over the lags of each window, (windows, n)."""
    return np.stack([scores[first : last + 1].sum(axis=0) for first, last in windows])


def explained(x: Floats, scores: Floats, windows: list[tuple[int, int]]) -> Floats:
    """How much of the KPI's sum of squares the activity summed over each window takes, (Σ x y)² /
    Σ x²; ``x`` (lags, n, T), ``scores`` (lags, n).

    The window to report: |Σ s| / √Σ s² has the right size for a test, but where units differ in
    weight the effect itself is in the denominator and a strong effect makes neighbours equal.
    """
    flat = x.reshape(len(x), -1)
    gram, total = flat @ flat.T, scores.sum(axis=1)
    spans = [slice(first, last + 1) for first, last in windows]
    squares = np.array([gram[each, each].sum() for each in spans])
    products = np.array([total[each].sum() for each in spans])
    return products**2 / np.where(squares > 0, squares, np.inf)


def residuals_by_type(panel: Prepared) -> Iterator[Residuals]:
    """METHODS (a) 4–6 for every type: factors of Y projected off, the others' lag bins too."""
    y, x = panel.now
    found = factors(y)
    y, x = without(y, found), without(x, found)
    nuisance = _Nuisance.of(y, x)
    return (nuisance.taken_out(k, x[k]) for k in range(len(x)))


def lead_residuals(panel: Prepared) -> Iterator[Residuals]:
    """Per type, activity 3, 2 and 1 months after the KPI, given all lags of its own type.

    The last three months have no complete leads and are left out.
    """
    y = panel.outcome(last=LEADS)
    found = factors(y)
    moved = without(panel.moved(range(-LEADS, panel.max_lag + 1), last=LEADS), found)
    ahead, x = moved[:, :LEADS], moved[:, LEADS:]
    nuisance = _Nuisance.of(without(y, found), x)
    return (nuisance.taken_out(k, ahead[k], also=x[k]) for k in range(len(x)))


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


@dataclass(frozen=True, kw_only=True)
class _Nuisance:
    """The KPI (n, T) and the lag-bin sums of all types (k·bins, n·T) with their products."""

    y: Floats
    columns: Floats
    gram: Floats
    bins: int

    @classmethod
    def of(cls, y: Floats, x: Floats) -> _Nuisance:
        parts = bins_of(x.shape[1] - 1)
        columns = np.empty((len(x), len(parts), *y.shape))
        for at, each in enumerate(parts):
            x[:, each.start : each.stop].sum(axis=1, out=columns[:, at])
        flat = columns.reshape(-1, y.size)
        return cls(y=y, columns=flat, gram=flat @ flat.T, bins=len(parts))

    def taken_out(self, own: int, x: Floats, *, also: Floats | None = None) -> Residuals:
        """Least-squares residuals of y and x (lags, n, T) on the bins of all types but ``own``,
        and on the columns ``also`` (p, n, T)."""
        others = np.ones(len(self.columns), dtype=bool)
        others[own * self.bins : (own + 1) * self.bins] = False
        targets = np.concatenate([self.y[None], x]).reshape(len(x) + 1, -1)
        whole_squares = (targets**2).sum(axis=1)
        more = np.empty((0, self.y.size)) if also is None else also.reshape(len(also), -1)
        if others.any() or len(more):
            gram = self.gram[np.ix_(others, others)]
            if len(more):
                across = (self.columns @ more.T)[others]
                gram = np.block([[gram, across], [across.T, more @ more.T]])
            products = np.hstack([(targets @ self.columns.T)[:, others], targets @ more.T])
            coef = products @ inverse(gram)
            # Columns of its own type get 0, so that the others need not be copied.
            whole = np.zeros((len(targets), len(self.columns)))
            whole[:, others] = coef[:, : others.sum()]
            targets -= whole @ self.columns
            targets -= coef[:, others.sum() :] @ more
            # What the others say completely leaves round-off, which must not be read as data.
            targets[(targets**2).sum(axis=1) <= ROUND_OFF * whole_squares] = 0.0
        shaped = targets.reshape(-1, *self.y.shape)
        return Residuals(y=shaped[0], x=shaped[1:])
