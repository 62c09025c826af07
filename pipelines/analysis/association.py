"""Which activity types move with which KPIs, how far ahead and how surely; METHODS (a)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import stdtrit

from pipelines.analysis.correlation import clustered_correlation
from pipelines.analysis.cubes import activity_cube, shared_axes, value_cube
from pipelines.analysis.direction import ahead_of_kpi
from pipelines.analysis.evidence import THIN, Evidence, size_word, state_of
from pipelines.analysis.joint import JointFit, fit_joint, profile_cov, simultaneous_reach
from pipelines.analysis.multiplicity import benjamini_hochberg
from pipelines.analysis.pairs import (
    Residuals,
    effective_units,
    largest_share,
    lead_residuals,
    residuals_by_type,
    sign_stable,
    window_scores,
    windows_of,
)
from pipelines.analysis.prepare import LEADS, MIN_ACTIVE_UNITS, Prepared, Thin, prepare
from pipelines.analysis.signflip import joint_p, largest_p, studentised
from pipelines.analysis.slopes import Slope, slope

__all__ = [
    "COLUMNS",
    "Analysis",
    "analyse",
    "associate",
    "benjamini_hochberg",
]

Floats = NDArray[np.float64]
Progress = Callable[[float, str], None]

COLUMNS = [
    *("kpi", "activity_type", "window_start", "window_end", "effect", "low", "high"),
    *("p", "q", "p_lead", "state", "n_units", "n_months"),
]
MORE_COLUMNS = ["reason", "size_word", "smallest_visible", "effective_units", "largest_share"]
LAG_COLUMNS = [
    *("kpi", "activity_type", "lag", "effect", "low", "high", "band_low", "band_high"),
    *("r", "r_low", "r_high", "n_obs", "n_units", "n_months"),
]
TEXTS = ("kpi", "activity_type", "state", "reason", "size_word")
VISIBLE_SE = 2.8  # power 80 % at 5 %: 1.96 + 0.84


@dataclass(frozen=True, kw_only=True)
class Analysis:
    """``pairs``: COLUMNS and MORE_COLUMNS, one row per KPI and type. ``lags``: LAG_COLUMNS, lags
    −3 … L. ``joints``: KPI → joint fit, absent where data are thin."""

    pairs: pd.DataFrame
    lags: pd.DataFrame
    joints: dict[str, JointFit] = field(repr=False)
    max_lag: int
    seed: int


def associate(
    kpis: pd.DataFrame, activities: pd.DataFrame, *, max_lag: int = 12, seed: int = 0
) -> pd.DataFrame:
    """Every KPI with every activity type: window, effect, evidence.

    ``kpis [unit, month ("2026-03"), kpi, value]`` signed so that more is better; ``activities
    [unit, month, activity_type, value]``, months without a record inside a unit's span count 0.
    Result ``[kpi, activity_type, window_start, window_end (months that the activity comes
    before), effect, low, high (σ_w of the KPI per within-unit SD of the activity, summed over the
    window; 95 %, by unit), p (of the largest window, sign-flip bootstrap by unit), q
    (Benjamini–Hochberg over all pairs), p_lead, state, n_units, n_months]``; NaN for 数据不足.
    """
    return analyse(kpis, activities, max_lag=max_lag, seed=seed).pairs[COLUMNS]


def analyse(
    kpis: pd.DataFrame,
    activities: pd.DataFrame,
    *,
    max_lag: int = 12,
    seed: int = 0,
    progress: Progress | None = None,
) -> Analysis:
    """As ``associate``, with the lag profiles and the joint fits.

    ``progress(share, step)`` is called between KPIs and may raise to cancel.
    """
    axes = shared_axes(kpis, activities)
    names, y_cube = value_cube(kpis, "kpi", axes)
    types, x_cube = activity_cube(activities, "activity_type", axes)
    found: list[_OneKpi] = []
    for at, kpi in enumerate(names):
        if progress is not None:
            progress(at / len(names), f"正在分析第 {at + 1}/{len(names)} 项指标")
        problem = _Problem(kpi=kpi, types=tuple(types), units=axes.units, seed=seed)
        found.append(_one_kpi(problem, y_cube[at], x_cube, max_lag))
    pairs = _with_evidence(pd.DataFrame([row for each in found for row in each.pairs]))
    lags = pd.DataFrame([row for each in found for row in each.lags], columns=LAG_COLUMNS)
    return Analysis(
        pairs=pairs,
        lags=lags,
        joints={each.joint.kpi: each.joint for each in found if each.joint is not None},
        max_lag=max_lag,
        seed=seed,
    )


@dataclass(frozen=True, kw_only=True)
class _Problem:
    kpi: str
    types: tuple[str, ...]
    units: tuple[str, ...]
    seed: int


@dataclass(frozen=True, kw_only=True)
class _OneKpi:
    pairs: list[dict[str, object]]
    lags: list[dict[str, object]]
    joint: JointFit | None = None


def _one_kpi(problem: _Problem, y: Floats, x: Floats, max_lag: int) -> _OneKpi:
    try:
        panel = prepare(y, x, max_lag=max_lag)
    except Thin as thin:
        return _OneKpi(pairs=[_thin(problem, each, str(thin)) for each in problem.types], lags=[])
    kept = tuple(problem.types[at] for at in panel.types)
    joint = _joint(problem, panel, kept)
    residuals, leads = residuals_by_type(panel), lead_residuals(panel)
    windows = windows_of(panel.max_lag)
    scores = np.stack([window_scores(each.scores, windows) for each in residuals])
    draws = {"all_units": len(problem.units), "seed": problem.seed}
    p = largest_p(scores, panel.units, **draws)
    p_lead = joint_p(np.stack([each.scores for each in leads]), panel.units, **draws)
    pairs, lags = [], []
    for k, kind in enumerate(kept):
        profile = _profile(problem, panel, joint, residuals[k], k)
        best = int(studentised(scores[k]).argmax())
        pair = _pair(panel, residuals[k], scores[k, best], windows[best], joint, k)
        pair |= {"p": float(p[k]), "p_lead": float(p_lead[k]), "reach": _reach(pair, profile)}
        pairs.append({"kpi": problem.kpi, "activity_type": kind} | pair)
        lags += [_named(problem, panel, kind, row) for row in [*_lead_rows(leads[k]), *profile]]
    rare = f"有这类活动的单位不足 {MIN_ACTIVE_UNITS} 个，或各月没有变化"
    pairs += [_thin(problem, each, rare) for each in problem.types if each not in kept]
    return _OneKpi(pairs=pairs, lags=lags, joint=joint)


def _joint(problem: _Problem, panel: Prepared, kept: tuple[str, ...]) -> JointFit | None:
    units = tuple(problem.units[at] for at in panel.units)
    try:
        return fit_joint(panel, kpi=problem.kpi, activity_types=kept, units=units)
    except Thin:
        return None


def _thin(problem: _Problem, kind: str, reason: str) -> dict[str, object]:
    return {"kpi": problem.kpi, "activity_type": kind, "reason": reason}


def _pair(
    panel: Prepared,
    residuals: Residuals,
    scores: Floats,
    window: tuple[int, int],
    joint: JointFit | None,
    k: int,
) -> dict[str, object]:
    lags = slice(window[0], window[1] + 1)
    effect = (
        slope(residuals.x[lags].sum(axis=0), residuals.y)  # a joint fit is not to be had
        if joint is None
        else _joint_effect(joint, k, lags)
    )
    peak = window[0] + int(studentised(residuals.scores[lags]).argmax())
    sign = float(np.sign(scores.sum()))
    return {
        "window_start": window[0],
        "window_end": window[1],
        "effect": effect.value,
        "low": effect.low,
        "high": effect.high,
        "smallest_visible": VISIBLE_SE * effect.se,
        "effective_units": effective_units(scores),
        "largest_share": largest_share(scores),
        "sign_stable": sign_stable(scores),
        "direction_confirmed": ahead_of_kpi(panel, position=k, horizon=peak, sign=sign),
        "n_units": len(panel.units),
        "n_months": panel.months,
    }


def _joint_effect(joint: JointFit, k: int, lags: slice) -> Slope:
    value = float(joint.coef[k, lags].sum() * joint.sd_activity[k])
    se = float(np.sqrt(profile_cov(joint, k)[lags, lags].sum()))
    return Slope(value=value, se=se, reach=float(stdtrit(joint.dof, 0.975)))


def _profile(
    problem: _Problem, panel: Prepared, joint: JointFit | None, residuals: Residuals, k: int
) -> list[dict[str, object]]:
    """Rows of lags 0 … L: effect with both intervals, and r."""
    band = np.nan
    if joint is not None:
        band = simultaneous_reach(profile_cov(joint, k), dof=joint.dof, seed=problem.seed)
    rows = []
    for lag in range(panel.max_lag + 1):
        x, y = residuals.at_lag(lag)
        single = slope(x, y)
        effect = single if joint is None else _joint_effect(joint, k, slice(lag, lag + 1))
        rows.append(_lag_row(lag, x, y, effect, band))
    return rows


def _lead_rows(leads: Residuals) -> list[dict[str, object]]:
    rows = []
    for at in range(LEADS):
        x, y = leads.at_lag(at)
        rows.append(_lag_row(at - LEADS, x, y, slope(x, y), np.nan))
    return rows


def _lag_row(lag: int, x: Floats, y: Floats, effect: Slope, band: float) -> dict[str, object]:
    found = clustered_correlation(x, y, rows=y.size, effects=y.shape[1])
    return {
        "lag": lag,
        "effect": effect.value,
        "low": effect.low,
        "high": effect.high,
        "band_low": effect.value - band * effect.se,
        "band_high": effect.value + band * effect.se,
        "r": found.r,
        "r_low": found.low,
        "r_high": found.high,
        "n_obs": y.size,
    }


def _named(
    problem: _Problem, panel: Prepared, kind: str, row: dict[str, object]
) -> dict[str, object]:
    sizes = {"n_units": len(panel.units), "n_months": panel.months}
    return {"kpi": problem.kpi, "activity_type": kind} | row | sizes


def _reach(pair: dict[str, object], profile: list[dict[str, object]]) -> float:
    """The farthest from 0 that the window's interval or any simultaneous band goes."""
    ends = [pair["low"], pair["high"]]
    ends += [row[name] for row in profile for name in ("band_low", "band_high")]
    return float(np.max(np.abs(np.array(ends, dtype=np.float64))))


def _with_evidence(pairs: pd.DataFrame) -> pd.DataFrame:
    """q over all pairs of the analysis, then the state of each."""
    if pairs.empty:
        return pd.DataFrame(columns=[*COLUMNS, *MORE_COLUMNS])
    wanted = [*COLUMNS, *MORE_COLUMNS, "sign_stable", "direction_confirmed", "reach"]
    full = pairs.reindex(columns=wanted)
    full["q"] = benjamini_hochberg(full["p"].astype(float))
    tested = full["p"].notna()
    judged = [
        _judged(row) if known else (THIN, row.reason)
        for row, known in zip(full.itertuples(index=False), tested, strict=True)
    ]
    full["state"] = [state for state, _ in judged]
    full["reason"] = [reason for _, reason in judged]
    full["size_word"] = [size_word(float(each)) for each in full["effect"]]
    numbers = [each for each in [*COLUMNS, *MORE_COLUMNS] if each not in TEXTS]
    return full[[*COLUMNS, *MORE_COLUMNS]].astype(dict.fromkeys(numbers, float))


def _judged(row: object) -> tuple[str, str]:
    return state_of(
        Evidence(
            q=row.q,
            p_lead=row.p_lead,
            direction_confirmed=bool(row.direction_confirmed),
            reach=float(np.nan_to_num(row.reach, nan=np.inf)),
            n_units=int(row.n_units),
            effective_units=row.effective_units,
            largest_share=row.largest_share,
            sign_stable=bool(row.sign_stable),
        )
    )
