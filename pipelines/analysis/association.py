"""Which activity types move with which KPIs, how far ahead and how surely; METHODS (a)."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from pipelines.analysis.cubes import activity_cube, shared_axes, value_cube
from pipelines.analysis.evidence import THIN, Evidence, size_word, state_of
from pipelines.analysis.joint import JointFit
from pipelines.analysis.multiplicity import benjamini_hochberg
from pipelines.analysis.prepare import Activities
from pipelines.analysis.screening import Columns, Problem, screened
from pipelines.progress import Progress, silent

__all__ = [
    "COLUMNS",
    "Analysis",
    "analyse",
    "associate",
    "benjamini_hochberg",
]

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


@dataclass(frozen=True, kw_only=True)
class Analysis:
    """``pairs``: COLUMNS and MORE_COLUMNS, one row per KPI and type. ``lags``: LAG_COLUMNS, lags
    −3 … L: numbers without a verdict, to be told of only where the pair is a claim. ``joints``:
    KPI → joint fit, absent where data are thin. ``kept [kpi, unit]``: units with enough months."""

    pairs: pd.DataFrame
    lags: pd.DataFrame
    kept: pd.DataFrame
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
    progress: Progress = silent,
) -> Analysis:
    """As ``associate``, with the lag profiles and the joint fits.

    ``progress`` is called between KPIs and may raise to cancel.
    """
    axes = shared_axes(kpis, activities)
    names, y_cube = value_cube(kpis, "kpi", axes)
    types, x_cube = activity_cube(activities, "activity_type", axes)
    held, found = Activities(x_cube), []
    for at, kpi in enumerate(names):
        progress(f"正在分析第 {at + 1}/{len(names)} 项指标", at / len(names))
        problem = Problem(kpi=kpi, types=tuple(types), units=axes.units, seed=seed)
        found.append(screened(problem, y_cube[at], held, max_lag=max_lag))
    pairs = _with_evidence(pd.DataFrame([row for each in found for row in each.pairs]))
    return Analysis(
        pairs=pairs,
        lags=_lag_rows([rows for each in found for rows in each.lags]),
        kept=pd.DataFrame(
            [(kpi, unit) for kpi, each in zip(names, found, strict=True) for unit in each.units],
            columns=["kpi", "unit"],
        ),
        joints={each.joint.kpi: each.joint for each in found if each.joint is not None},
        max_lag=max_lag,
        seed=seed,
    )


def _lag_rows(pairs: list[Columns]) -> pd.DataFrame:
    """The rows of all pairs under each other."""
    columns = {
        name: [np.broadcast_to(each[name], each["lag"].shape) for each in pairs]
        for name in LAG_COLUMNS
    }
    return pd.DataFrame({name: np.concatenate(parts or [[]]) for name, parts in columns.items()})


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
