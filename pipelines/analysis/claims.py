"""Latent claims (潜绩台账): the verdict on a dated promise from its verifying KPI.

The window mean of the claim's unit is predicted from its own path before the window, with the
relation that comparison units show (ANCOVA), and the gap is judged by the jackknife+ interval of
Barber, Candès, Ramdas and Tibshirani (2021), "Predictive inference with the jackknife+": it asks
only that the units are exchangeable, so a season to which units react unequally widens it.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pipelines.analysis.arrays import Floats
from pipelines.analysis.cubes import Axes, shared_axes, value_cube
from pipelines.domain.months import month_index

PENDING, REALISED, NOT_REALISED, UNDECIDED = "待显现", "已兑现", "未兑现", "证据不足"
PRE_MONTHS, RECENT = 12, 3  # the path before the window, and its end
MIN_PRE, MIN_CONTROLS = 6, 19  # 19 units are the fewest that give a 95 % jackknife+ interval
MIN_KNOWN = 2 / 3
COLUMNS = [
    *("claim_id", "verdict", "reason", "before", "expected", "inside"),
    *("effect", "low", "high", "n_before", "n_inside", "n_controls"),
]


@dataclass(frozen=True, kw_only=True)
class Claim:
    """``window_start``, ``window_end``, ``due_month``: "2026-03". ``promised``: the improvement
    that was promised, in the unit of the signed KPI; None when no number was written. ``through``:
    (unit, share) of the units whose KPI is looked at, for a party organisation that has none of
    its own; empty: ``unit`` itself.
    """

    claim_id: str
    unit: str
    kpi: str
    window_start: str
    window_end: str
    due_month: str
    promised: float | None = None
    through: tuple[tuple[str, float], ...] = ()

    @property
    def parts(self) -> tuple[tuple[str, float], ...]:
        """The units that the KPI is read from, with their weights."""
        return self.through or ((self.unit, 1.0),)


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """The word, why, and the evidence; the figures are in the unit of the signed KPI, NaN when
    there are none. ``effect`` = ``inside`` − ``expected``, with its 95 % interval.
    """

    claim_id: str
    verdict: str
    reason: str
    before: float = math.nan
    expected: float = math.nan
    inside: float = math.nan
    effect: float = math.nan
    low: float = math.nan
    high: float = math.nan
    n_before: int = 0
    n_inside: int = 0
    n_controls: int = 0


def verdicts(claims: Iterable[Claim], kpis: pd.DataFrame, *, as_of: str) -> pd.DataFrame:
    """One row a claim with the fields of Verdict, as known at the end of month ``as_of``.

    ``kpis [unit, month, kpi, value]``, signed so that more is better; figures later than
    ``as_of`` are not looked at. Units with a claim on the same KPI in an overlapping window are
    no comparison.
    """
    listed = list(claims)
    due = {each.kpi for each in listed if _is_due(each, as_of)}
    known = kpis[(kpis["month"] <= as_of) & kpis["kpi"].isin(due)]
    panels = {str(kpi): _panel(figures) for kpi, figures in known.groupby("kpi")}
    rows = [_verdict(each, listed, panels.get(each.kpi), as_of) for each in listed]
    return pd.DataFrame([vars(row) for row in rows], columns=COLUMNS)


def realisation_rate(words: Iterable[str]) -> float:
    """兑现率 = 已兑现 ÷ (已兑现 + 未兑现); NaN when neither. 证据不足 and 待显现 do not count."""
    listed = list(words)
    met, missed = listed.count(REALISED), listed.count(NOT_REALISED)
    return met / (met + missed) if met + missed else math.nan


@dataclass(frozen=True, kw_only=True)
class _Panel:
    """One KPI as (units, months)."""

    axes: Axes
    cube: Floats


def _panel(figures: pd.DataFrame) -> _Panel:
    axes = shared_axes(figures)
    return _Panel(axes=axes, cube=value_cube(figures, "kpi", axes)[1][0])


def _is_due(claim: Claim, as_of: str) -> bool:
    return as_of >= max(claim.window_end, claim.due_month)


def _verdict(claim: Claim, claims: list[Claim], panel: _Panel | None, as_of: str) -> Verdict:
    if not _is_due(claim, as_of):
        return _short(claim, PENDING, f"窗口到 {claim.window_end}，{claim.due_month} 到期")
    if panel is None or not {unit for unit, _ in claim.parts} <= set(panel.axes.units):
        return _short(claim, UNDECIDED, "该单位没有上报这个验证指标")
    axes, cube = panel.axes, panel.cube
    path = _path(np.concatenate([cube, _own(cube, axes, claim)[None]]), axes, claim)
    own = len(cube)
    if path.n_before[own] < MIN_PRE:
        return _short(
            claim, UNDECIDED, f"窗口前只有 {path.n_before[own]} 个月的数，至少要 {MIN_PRE} 个月"
        )
    if not path.complete[own]:
        return _short(claim, UNDECIDED, f"窗口内只有 {path.n_inside[own]} 个月的数，不够判断")
    rivals = {unit for each in claims if _overlaps(each, claim) for unit, _ in each.parts}
    names = np.array([*axes.units, ""], dtype=object)
    controls = path.complete & ~np.isin(names, list(rivals))
    controls[own] = False
    if controls.sum() < MIN_CONTROLS:
        why = f"可比单位只有 {controls.sum()} 个，至少要 {MIN_CONTROLS} 个"
        return _short(claim, UNDECIDED, why)
    return _judged(claim, path, own, controls)


def _own(cube: Floats, axes: Axes, claim: Claim) -> Floats:
    """The claim's own path (months,): the mean of its parts by share, NaN when one is missing."""
    rows = cube[[axes.units.index(unit) for unit, _ in claim.parts]]
    shares = np.array([share for _, share in claim.parts])
    return shares @ rows / shares.sum()


def _short(claim: Claim, verdict: str, reason: str) -> Verdict:
    return Verdict(claim_id=claim.claim_id, verdict=verdict, reason=reason)


@dataclass(frozen=True, kw_only=True)
class _Path:
    """Per unit: means before and inside the window, months known, whether these are enough."""

    covariates: Floats
    inside: Floats
    before: Floats
    n_before: NDArray[np.int64]
    n_inside: NDArray[np.int64]
    complete: NDArray[np.bool_]


def _path(cube: Floats, axes: Axes, claim: Claim) -> _Path:
    start = month_index(claim.window_start) - axes.first
    end = month_index(claim.window_end) - axes.first + 1
    earlier = cube[:, max(0, start - PRE_MONTHS) : max(0, start)]
    recent, inside = earlier[:, -RECENT:], cube[:, max(0, start) : end]
    n_before, n_inside = (np.isfinite(each).sum(axis=1) for each in (earlier, inside))
    means = [_mean(recent), _mean(earlier[:, :-RECENT])]
    season = cube[:, max(0, start - 12) : max(0, min(end - 12, start))]
    if end - start <= 12 and start >= 12:
        means.append(_mean(season))
    covariates = np.stack([np.ones(len(cube)), *means], axis=1)
    enough = (n_before >= MIN_PRE) & (n_inside >= MIN_KNOWN * (end - start))
    return _Path(
        covariates=covariates,
        inside=_mean(inside),
        before=_mean(earlier),
        n_before=n_before,
        n_inside=n_inside,
        complete=enough & np.isfinite(covariates).all(axis=1),
    )


def _mean(values: Floats) -> Floats:
    """Row means over what is known; NaN where nothing is."""
    known = np.isfinite(values)
    size = known.sum(axis=1)
    return np.where(
        size > 0, np.where(known, values, 0.0).sum(axis=1) / np.maximum(size, 1), np.nan
    )


def _overlaps(other: Claim, claim: Claim) -> bool:
    return (
        other.kpi == claim.kpi
        and other.window_start <= claim.window_end
        and claim.window_start <= other.window_end
    )


def _judged(claim: Claim, path: _Path, own: int, controls: NDArray[np.bool_]) -> Verdict:
    expected, low, high = jackknife_plus(
        path.covariates[controls], path.inside[controls], path.covariates[own]
    )
    inside = float(path.inside[own])
    effect, bottom, top = inside - expected, inside - high, inside - low
    word, reason = decide(effect, bottom, top, claim.promised)
    return Verdict(
        claim_id=claim.claim_id,
        verdict=word,
        reason=reason,
        before=float(path.before[own]),
        expected=expected,
        inside=inside,
        effect=effect,
        low=bottom,
        high=top,
        n_before=int(path.n_before[own]),
        n_inside=int(path.n_inside[own]),
        n_controls=int(controls.sum()),
    )


def decide(effect: float, low: float, high: float, promised: float | None) -> tuple[str, str]:
    """The word and why, from the improvement and its 95 % interval.

    已兑现: distinguishable, and at least what was promised. 未兑现: distinguishably less than was
    promised, or not better at all. Everything between is 证据不足.
    """
    if low > 0 and (promised is None or effect >= promised):
        return REALISED, "窗口内好于按自身走势和可比单位的预期，区间不含 0"
    if high <= 0:
        return NOT_REALISED, "窗口内不好于预期，区间不高于 0"
    if promised is not None and high < promised:
        return NOT_REALISED, "区间的上限低于承诺的变化"
    if low > 0:
        return UNDECIDED, "好于预期，但看不出是否达到承诺的变化"
    return UNDECIDED, "区间含 0，看不出差别"


def jackknife_plus(
    x: Floats, y: Floats, point: Floats, *, level: float = 0.95
) -> tuple[float, float, float]:
    """Least-squares prediction at ``point`` (p,) and its jackknife+ interval.

    ``x`` (n, p) with its constant, ``y`` (n,). The interval is infinite when n is too small for
    ``level``.
    """
    inverse = np.linalg.pinv(x.T @ x)
    beta = inverse @ (x.T @ y)
    leverage = np.clip(np.einsum("ij,jk,ik->i", x, inverse, x), 0.0, 1 - 1e-9)
    left_out = (y - x @ beta) / (1 - leverage)
    predicted = point @ beta - (x @ inverse @ point) * left_out
    n, reach = len(y), np.abs(left_out)
    at = math.ceil(level * (n + 1) - 1e-9)
    if at > n:
        return float(point @ beta), -math.inf, math.inf
    return (
        float(point @ beta),
        float(np.sort(predicted - reach)[n - at]),
        float(np.sort(predicted + reach)[at - 1]),
    )
