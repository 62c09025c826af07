"""Effects by adoption cohort and period against units that have not adopted."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import ndtr, ndtri, stdtrit

from pipelines.analysis.adoption import AdoptionPanel, Floats, adoption_panel

LEVEL = 0.95
# Two-point weights of Mammen (1993): mean 0, variance 1, third moment 1.
_HIGH = (1 + np.sqrt(5)) / 2
_LOW = 1 - _HIGH
_P_LOW = _HIGH / np.sqrt(5)


@dataclass(frozen=True, kw_only=True)
class _Cell:
    """One ATT(g, t) with the influence of every unit on it, (units,)."""

    cohort: int
    period: int
    att: float
    influence: Floats
    n_adopters: int
    n_controls: int


def att_gt(frame: pd.DataFrame, *, base: int = 1, draws: int = 999, seed: int = 0) -> pd.DataFrame:
    """ATT(g, t) of Callaway and Sant'Anna (2021) without covariates.

    ``frame [unit, period, y, cohort]``, see adoption_panel. Mean change of the adopters of g
    from the mean of the ``base`` periods before g to t, minus the same change of units that have
    adopted neither by t nor by g. Columns: ``cohort, period, event`` (t − g), ``att, se, low,
    high`` (95 % simultaneous over all rows), ``n_adopters, n_controls``; in the units of y.
    ``se`` is NaN with a single adopter or control. The band: multiplier bootstrap over units,
    its critical value taken to the same tail of t(smallest cohort − 1).
    """
    panel = adoption_panel(frame)
    cells = _cells(panel, base)
    low, high, se = _band(cells, draws, seed, dof=[c.n_adopters - 1 for c in cells])
    return pd.DataFrame(
        {
            "cohort": [panel.label(c.cohort) for c in cells],
            "period": [panel.label(c.period) for c in cells],
            "event": [c.period - c.cohort for c in cells],
            "att": [c.att for c in cells],
            "se": se,
            "low": low,
            "high": high,
            "n_adopters": [c.n_adopters for c in cells],
            "n_controls": [c.n_controls for c in cells],
        }
    )


def event_times(
    frame: pd.DataFrame,
    *,
    base: int = 1,
    draws: int = 999,
    seed: int = 0,
    window: tuple[int, int] | None = None,
) -> pd.DataFrame:
    """ATT(g, t) averaged over cohorts by months since adoption, adopters weighing equally.

    Columns ``event, att, se, low, high, n_adopters, n_controls``; the band is simultaneous over
    all events, or over those from ``window[0]`` to ``window[1]``, which alone are then returned.
    ``n_controls`` is the smallest number behind any cohort.
    """
    panel = adoption_panel(frame)
    by_event: dict[int, list[_Cell]] = {}
    for cell in _cells(panel, base):
        by_event.setdefault(cell.period - cell.cohort, []).append(cell)
    first, last = window or (-panel.y.shape[1], panel.y.shape[1])
    events = [event for event in sorted(by_event) if first <= event <= last]
    merged = [_averaged(by_event[event]) for event in events]
    dof = [c.n_adopters - len(by_event[event]) for c, event in zip(merged, events, strict=True)]
    low, high, se = _band(merged, draws, seed, dof=dof)
    return pd.DataFrame(
        {
            "event": events,
            "att": [c.att for c in merged],
            "se": se,
            "low": low,
            "high": high,
            "n_adopters": [c.n_adopters for c in merged],
            "n_controls": [c.n_controls for c in merged],
        }
    )


def _cells(panel: AdoptionPanel, base: int) -> list[_Cell]:
    found = []
    for g in panel.cohorts:
        if g < base:
            continue
        before = panel.y[:, g - base : g].mean(axis=1)
        for t in range(panel.y.shape[1]):
            clean = (panel.cohort > max(t, g)) & (panel.cohort != g)
            cell = _cell(panel.y[:, t] - before, panel.cohort == g, clean, g, t)
            if cell is not None:
                found.append(cell)
    return found


def _cell(
    change: Floats, adopts: NDArray[np.bool_], clean: NDArray[np.bool_], g: int, t: int
) -> _Cell | None:
    known = np.isfinite(change)
    ours, theirs = adopts & known, clean & known
    n_ours, n_theirs = int(ours.sum()), int(theirs.sum())
    if not n_ours or not n_theirs:
        return None
    means = change[ours].mean(), change[theirs].mean()
    influence = np.zeros(len(change))
    influence[ours] = _influence(change[ours], means[0], n_ours)
    influence[theirs] = -_influence(change[theirs], means[1], n_theirs)
    return _Cell(
        cohort=g,
        period=t,
        att=float(means[0] - means[1]),
        influence=influence,
        n_adopters=n_ours,
        n_controls=n_theirs,
    )


def _influence(values: Floats, mean: float, size: int) -> Floats:
    """Shares of a mean's error whose squares add up to s²/n; NaN for a single value."""
    if size < 2:
        return np.full(size, np.nan)
    return (values - mean) / np.sqrt(size * (size - 1))


def _averaged(cells: list[_Cell]) -> _Cell:
    weights = np.array([c.n_adopters for c in cells], dtype=np.float64)
    weights /= weights.sum()
    return _Cell(
        cohort=cells[0].cohort,
        period=cells[0].period,
        att=float(weights @ np.array([c.att for c in cells])),
        influence=weights @ np.stack([c.influence for c in cells]),
        n_adopters=sum(c.n_adopters for c in cells),
        n_controls=min(c.n_controls for c in cells),
    )


def _band(
    cells: list[_Cell], draws: int, seed: int, *, dof: list[int]
) -> tuple[Floats, Floats, Floats]:
    """Lower end, upper end and standard error of every cell."""
    att = np.array([c.att for c in cells])
    if not cells:
        return att, att, att
    influence = np.stack([c.influence for c in cells])
    se = np.sqrt((influence**2).sum(axis=1))
    reference = se <= 1e-12 * max(1.0, float(np.nanmax(np.abs(att), initial=0.0)))
    usable = np.isfinite(se) & ~reference
    reach = np.where(reference, 0.0, np.nan)
    if usable.any():
        rng = np.random.default_rng(seed)
        weights = np.where(rng.random((draws, influence.shape[1])) < _P_LOW, _LOW, _HIGH)
        drawn = np.abs(weights @ influence[usable].T) / se[usable]
        critical = max(float(np.quantile(drawn.max(axis=1), LEVEL)), float(ndtri(0.975)))
        least = max(1, min(d for d, use in zip(dof, usable, strict=True) if use))
        widened = float(stdtrit(least, ndtr(critical)))
        reach[usable] = widened * se[usable]
    return att - reach, att + reach, se
