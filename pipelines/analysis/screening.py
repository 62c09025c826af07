"""One KPI against every activity type: the statistics of each pair before they are judged."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from pipelines.analysis.arrays import Floats
from pipelines.analysis.direction import ahead_of_kpi
from pipelines.analysis.evidence import LEAD_P
from pipelines.analysis.joint import JointFit, fit_joint
from pipelines.analysis.lag_fits import LagFits, lag_fits
from pipelines.analysis.pairs import (
    Residuals,
    effective_units,
    explained,
    largest_share,
    lead_residuals,
    residuals_by_type,
    sign_stable,
    window_scores,
    windows_of,
)
from pipelines.analysis.prepare import LEADS, MIN_ACTIVE_UNITS, Activities, Prepared, Thin, prepare
from pipelines.analysis.profiles import Profiles
from pipelines.analysis.signflip import joint_p, largest_p, studentised
from pipelines.analysis.slopes import Slope, slope

Columns = dict[str, Floats | str | int]
VISIBLE_SE = 2.8  # power 80 % at 5 %: 1.96 + 0.84


@dataclass(frozen=True, kw_only=True)
class Problem:
    """Names on the axes of the cubes of one KPI, and the seed."""

    kpi: str
    types: tuple[str, ...]
    units: tuple[str, ...]
    seed: int


@dataclass(frozen=True, kw_only=True)
class OneKpi:
    """A dictionary per pair, the columns of its lags (an array, or one value for all rows), and
    the joint fit where there is one; ``units`` that had enough months to be in the panel."""

    pairs: list[dict[str, object]]
    lags: list[Columns]
    joint: JointFit | None = None
    units: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class _Screened:
    """One type: ``scores`` (windows, n) and single lags 0 … L; of the ``window`` that stands out
    the scores ``own`` (n,), the lag of its ``peak`` and its slope without other types' lags."""

    scores: Floats
    lags: LagFits
    window: tuple[int, int]
    own: Floats
    peak: int
    alone: Slope


def screened(problem: Problem, y: Floats, activities: Activities, *, max_lag: int) -> OneKpi:
    """``y`` (N, T) signed, both of the units and types of ``problem``."""
    try:
        panel = prepare(y, activities, max_lag=max_lag)
    except Thin as thin:
        return OneKpi(pairs=[_thin(problem, each, str(thin)) for each in problem.types], lags=[])
    kept = tuple(problem.types[at] for at in panel.types)
    joint = _joint(problem, panel, kept)
    found = [_screen(each, panel.max_lag) for each in residuals_by_type(panel)]
    leads = [(each.scores, lag_fits(each)) for each in lead_residuals(panel)]
    draws = {"all_units": len(problem.units), "seed": problem.seed}
    p = largest_p(np.stack([each.scores for each in found]), panel.units, **draws)
    p_lead = joint_p(np.stack([scores for scores, _ in leads]), panel.units, **draws)
    profiles = Profiles.of(joint, [each.lags for each in found], seed=problem.seed)
    pairs, lags = [], []
    for k, kind in enumerate(kept):
        names = {"kpi": problem.kpi, "activity_type": kind}
        effect = profiles.over(k, *found[k].window)
        if np.isnan(effect.value) or joint is None:
            effect = found[k].alone
        pair = _pair(panel, found[k], effect) | {"p": float(p[k]), "p_lead": float(p_lead[k])}
        pair["reach"] = profiles.farthest(k, effect)
        pair["direction_confirmed"] = p_lead[k] < LEAD_P and _ahead(panel, k, found[k])
        pairs.append(names | pair)
        lags.append(names | _rows(panel, profiles.rows(k, leads=leads[k][1])))
    rare = f"有这类活动的单位不足 {MIN_ACTIVE_UNITS} 个，或各月没有变化"
    pairs += [_thin(problem, each, rare) for each in problem.types if each not in kept]
    units = tuple(problem.units[at] for at in panel.units)
    return OneKpi(pairs=pairs, lags=lags, joint=joint, units=units)


def _joint(problem: Problem, panel: Prepared, kept: tuple[str, ...]) -> JointFit | None:
    units = tuple(problem.units[at] for at in panel.units)
    try:
        return fit_joint(panel, kpi=problem.kpi, activity_types=kept, units=units)
    except Thin:
        return None


def _thin(problem: Problem, kind: str, reason: str) -> dict[str, object]:
    return {"kpi": problem.kpi, "activity_type": kind, "reason": reason}


def _screen(residuals: Residuals, max_lag: int) -> _Screened:
    windows, by_lag = windows_of(max_lag), residuals.scores
    scores = window_scores(by_lag, windows)
    best = int(explained(residuals.x, by_lag, windows).argmax())
    first, last = windows[best]
    lags = slice(first, last + 1)
    return _Screened(
        scores=scores,
        window=windows[best],
        own=scores[best],
        peak=first + int(studentised(by_lag[lags]).argmax()),
        lags=lag_fits(residuals),
        alone=slope(residuals.x[lags].sum(axis=0), residuals.y),
    )


def _pair(panel: Prepared, found: _Screened, effect: Slope) -> dict[str, object]:
    return {
        "window_start": found.window[0],
        "window_end": found.window[1],
        "effect": effect.value,
        "low": effect.low,
        "high": effect.high,
        "smallest_visible": VISIBLE_SE * effect.se,
        "effective_units": effective_units(found.own),
        "largest_share": largest_share(found.own),
        "sign_stable": sign_stable(found.own),
        "n_units": len(panel.units),
        "n_months": panel.months,
    }


def _ahead(panel: Prepared, k: int, found: _Screened) -> bool:
    sign = float(np.sign(found.own.sum()))
    return ahead_of_kpi(panel, position=k, horizon=found.peak, sign=sign)


def _rows(panel: Prepared, columns: dict[str, Floats]) -> Columns:
    """Leads come from the months that have three more behind them; filled cells do not count."""
    ahead, now = panel.observations(last=LEADS), panel.observations()
    n_obs = np.where(columns["lag"] < 0, ahead, now)
    return columns | {"n_obs": n_obs, "n_units": len(panel.units), "n_months": panel.months}
