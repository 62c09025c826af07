"""Post means adjusted for two pre-period means, with permutation p and interval."""

from __future__ import annotations

from dataclasses import dataclass, field
from math import comb

import numpy as np
import pandas as pd

from pipelines.analysis.adoption import AdoptionPanel, Floats, adoption_panel

LAST, MIN_BEFORE, POST = 3, 3, 12
NAN = float("nan")


@dataclass(frozen=True, kw_only=True)
class Ancova:
    """Effect per adopting unit in units of y, 95 % interval, permutation p and its floor.

    ``cohorts [cohort, effect, low, high, p, n_adopters, n_controls, n_pre, n_post]``. Numbers
    are NaN when no cohort can be compared.
    """

    effect: float
    low: float
    high: float
    p: float
    p_floor: float
    n_adopters: int
    n_controls: int
    cohorts: pd.DataFrame = field(repr=False)


@dataclass(frozen=True, kw_only=True)
class Stack:
    """One cohort with its clean controls, a row per unit.

    ``units`` (n,) positions in the panel; ``d`` (n,) 1 for adopters; ``post``, ``last``,
    ``before`` and ``slope`` (n,): means and the slope before adoption, free of month means.
    """

    cohort: int
    units: np.ndarray
    d: Floats
    post: Floats
    last: Floats
    before: Floats
    slope: Floats
    n_post: int


@dataclass(frozen=True, kw_only=True)
class Tested:
    """A coefficient with its permutation p and the interval of all values not rejected."""

    effect: float
    low: float
    high: float
    p: float


UNTESTED = Tested(effect=NAN, low=NAN, high=NAN, p=NAN)


def ancova(
    frame: pd.DataFrame, *, post: int = POST, last: int = LAST, draws: int = 1999, seed: int = 0
) -> Ancova:
    """Per cohort: post mean on adoption, mean of the ``last`` pre-periods, mean of those before.

    ``frame [unit, period, y, cohort]``, see adoption_panel. At most ``post`` periods from the
    adoption on; controls have not adopted by the end of them. Cohorts are averaged with their
    numbers of adopters. p: Freedman and Lane (1983), residuals of the regression without
    adoption permuted over units; interval: values that the same test does not reject at 5 %.
    """
    return ancova_of(adoption_panel(frame), post=post, last=last, draws=draws, seed=seed)


def ancova_of(
    panel: AdoptionPanel, *, post: int = POST, last: int = LAST, draws: int = 1999, seed: int = 0
) -> Ancova:
    """As ``ancova``, of a panel that is made already."""
    stacks = stacks_of(panel, post=post, last=last)
    parts = [(s, s.post, _covariates(s)) for s in stacks]
    pooled = freedman_lane(parts, draws=draws, seed=seed)
    single = [pooled]  # of one cohort the same
    if len(parts) != 1:
        single = [freedman_lane([each], draws=draws, seed=seed) for each in parts]
    rows = [
        {
            "cohort": panel.label(s.cohort),
            "effect": one.effect,
            "low": one.low,
            "high": one.high,
            "p": one.p,
            "n_adopters": int(s.d.sum()),
            "n_controls": int((1 - s.d).sum()),
            "n_pre": s.cohort,
            "n_post": s.n_post,
        }
        for s, one in zip(stacks, single, strict=True)
    ]
    return Ancova(
        effect=pooled.effect,
        low=pooled.low,
        high=pooled.high,
        p=pooled.p,
        p_floor=p_floor(stacks, draws),
        n_adopters=sum(int(s.d.sum()) for s in stacks),
        n_controls=len({int(u) for s in stacks for u in s.units[s.d == 0]}),
        cohorts=pd.DataFrame(rows, columns=_COHORT_COLUMNS),
    )


_COHORT_COLUMNS = [
    *("cohort", "effect", "low", "high", "p", "n_adopters", "n_controls", "n_pre", "n_post")
]


def stacks_of(panel: AdoptionPanel, *, post: int = POST, last: int = LAST) -> list[Stack]:
    """Every cohort with enough periods before it; units with half of each window known."""
    found = []
    for g in panel.cohorts:
        end = min(g + post, panel.y.shape[1])
        members = (panel.cohort == g) | (panel.cohort >= end)
        if g < last + MIN_BEFORE or not (panel.cohort >= end).any():
            continue
        stack = _stack(panel, np.flatnonzero(members), g, end, last)
        if stack.d.sum() >= 1 and len(stack.d) - stack.d.sum() >= 1:
            found.append(stack)
    return found


def p_floor(stacks: list[Stack], draws: int) -> float:
    """The smallest p that permuting can give: one over the assignments, or over the draws."""
    ways = 1
    for stack in stacks:
        ways *= comb(len(stack.d), int(stack.d.sum()))
    return max(1 / (draws + 1), 1 / ways) if stacks else NAN


def freedman_lane(parts: list[tuple[Stack, Floats, Floats]], *, draws: int, seed: int) -> Tested:
    """The coefficient of adoption in ``(stack, response, covariates (n, k))``, cohorts pooled.

    A permutation moves whole units. A unit outside a cohort's stack brings the residual of its
    own stack, so that the dependence between cohorts through shared controls is kept.
    """
    usable = [part for part in parts if _has_freedom(part)]
    if not usable:
        return UNTESTED
    units = np.unique(np.concatenate([stack.units for stack, _, _ in usable]))
    total = sum(stack.d.sum() for stack, _, _ in usable)
    order = np.random.default_rng(seed).permuted(np.tile(np.arange(len(units)), (draws, 1)), axis=1)
    pieces = [_residuals(stack, y, z) for stack, y, z in usable]
    estimate, moved_y, moved_d = 0.0, np.zeros(draws), np.zeros(draws)
    for (stack, _, _), (e, h, _) in zip(usable, pieces, strict=True):
        weight = h / float(h @ h) * (stack.d.sum() / total)
        estimate += float(weight @ e)
        rows = order[:, np.searchsorted(units, stack.units)]
        of_y, of_d = _filled(usable, pieces, stack, units)
        moved_y += of_y[rows] @ weight
        moved_d += of_d[rows] @ weight
    return _inverted(estimate, moved_y, moved_d)


def _has_freedom(part: tuple[Stack, Floats, Floats]) -> bool:
    stack, y, z = part
    if len(y) <= z.shape[1] + 1:
        return False
    e, h, scale = _residuals(stack, y, z)
    return bool(h @ h > 1e-9 and scale > 1e-12 * (1 + np.abs(e).max()))


def _residuals(stack: Stack, y: Floats, z: Floats) -> tuple[Floats, Floats, float]:
    """Response and adoption without the covariates, and the SD left when both are fitted."""
    basis = np.linalg.qr(np.column_stack([z - z.mean(axis=0), np.ones(len(y))]))[0]
    e, h = y - basis @ (basis.T @ y), stack.d - basis @ (basis.T @ stack.d)
    free = e - h * (h @ e) / max(float(h @ h), 1e-300)
    return e, h, float(np.sqrt(free @ free / len(y)))


def _filled(
    parts: list[tuple[Stack, Floats, Floats]],
    pieces: list[tuple[Floats, Floats, float]],
    stack: Stack,
    units: np.ndarray,
) -> tuple[Floats, Floats]:
    """Residuals of all ``units`` on the scale of one stack; own stack where it has none there."""
    at = next(i for i, part in enumerate(parts) if part[0] is stack)
    values = np.full((2, len(units)), np.nan)
    for i in [at, *(i for i in range(len(parts)) if i != at)]:
        place = np.searchsorted(units, parts[i][0].units)
        ratio = pieces[at][2] / pieces[i][2]
        for row, residual in enumerate(pieces[i][:2]):
            empty = np.isnan(values[row, place])
            values[row, place[empty]] = residual[empty] * ratio
    return values[0], values[1]


def _inverted(estimate: float, moved_y: Floats, moved_d: Floats) -> Tested:
    """p at 0, and the interval by bisection outwards from the estimate, where p is 1."""

    def p_at(value: float) -> float:
        off = np.abs(moved_y - value * moved_d)
        seen = abs(estimate - value)
        return (1 + int((off >= seen * (1 - 1e-12)).sum())) / (len(off) + 1)

    step = max(float(np.abs(moved_y - estimate * moved_d).max()), 1e-12 * (1 + abs(estimate)))
    ends = [_edge(p_at, estimate, sign * step) for sign in (-1, 1)]
    return Tested(effect=estimate, low=ends[0], high=ends[1], p=p_at(0.0))


def _edge(p_at: object, start: float, step: float) -> float:
    """Where p falls below 5 % on one side; infinite when it never does (too few units)."""
    inside, outside = start, start + step
    for _ in range(40):
        if p_at(outside) <= 0.05:  # type: ignore[operator]
            break
        inside, outside = outside, start + 2 * (outside - start)
    else:
        return float("inf") if step > 0 else float("-inf")
    for _ in range(50):
        middle = (inside + outside) / 2
        if p_at(middle) > 0.05:  # type: ignore[operator]
            inside = middle
        else:
            outside = middle
    return (inside + outside) / 2


def _covariates(stack: Stack) -> Floats:
    return np.column_stack([stack.last, stack.before])


def _stack(panel: AdoptionPanel, units: np.ndarray, g: int, end: int, last: int) -> Stack:
    d = (panel.cohort[units] == g).astype(np.float64)
    y = panel.y[units]
    free = y - _means(y[d == 0], axis=0)
    windows = (free[:, g:end], free[:, g - last : g], free[:, : g - last])
    enough = [np.isfinite(w).mean(axis=1) >= 0.5 for w in windows]
    kept = np.all(enough, axis=0)
    means = [_means(w[kept], axis=1) for w in windows]
    return Stack(
        cohort=g,
        units=units[kept],
        d=d[kept],
        post=means[0],
        last=means[1],
        before=means[2],
        slope=_slopes(free[kept, :g]),
        n_post=end - g,
    )


def _means(values: Floats, axis: int) -> Floats:
    """Means of the known values, NaN without any."""
    known = np.isfinite(values)
    count = known.sum(axis=axis)
    return np.where(count > 0, np.nansum(values, axis=axis) / np.maximum(count, 1), np.nan)


def _slopes(values: Floats) -> Floats:
    """Least-squares slope over the columns of every row, missing cells left out."""
    known = np.isfinite(values)
    count = known.sum(axis=1, keepdims=True)
    time = np.where(known, np.arange(values.shape[1]), 0.0)
    time = np.where(known, time - time.sum(axis=1, keepdims=True) / count, 0.0)
    return (time * np.nan_to_num(values)).sum(axis=1) / (time**2).sum(axis=1)
