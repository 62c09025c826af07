"""What of the association analysis is there first: r of every pair at every lag, not yet judged."""

from __future__ import annotations

from dataclasses import asdict

import numpy as np
import pandas as pd

from pipelines.analysis.cubes import activity_cube, shared_axes, value_cube
from pipelines.analysis.lag_fits import lag_fits
from pipelines.analysis.pairs import residuals_by_type
from pipelines.analysis.prepare import Activities, Thin, prepare
from pipelines.analysis_runs import Outcome, RunKey
from pipelines.associations import Scope, inputs
from pipelines.progress import Progress
from pipelines.warehouse import Mart

NAME = "association_first"
COLUMNS = [
    *("kpi", "activity_type", "lag", "r", "r_low", "r_high", "n_obs", "n_units", "n_months"),
]


def first_key(scope: Scope, build_id: str) -> RunKey:
    """The run of this scope on a build."""
    return RunKey.of(build_id, NAME, asdict(scope))


def compute(mart: Mart, key: RunKey, progress: Progress) -> Outcome:
    """Frames ``cells``: r as the lags of ``analyse`` have it, lags 0 … L; ``pairs [kpi,
    activity_type, n_units, n_months]``: every pair, NaN where data are thin. A fraction of the
    whole work: no test, no band, no joint fit."""
    scope = Scope(**dict(key.settings))
    progress("读取指标和活动", 0.0)
    kpis, activities = inputs(mart, scope)
    axes = shared_axes(kpis, activities)
    names, y_cube = value_cube(kpis, "kpi", axes)
    types, x_cube = activity_cube(activities, "activity_type", axes)
    held, parts = Activities(x_cube), []
    for at, kpi in enumerate(names):
        progress(f"正在算第 {at + 1}/{len(names)} 项指标的 r", at / len(names))
        parts += _cells(kpi, types, y_cube[at], held, scope.max_lag)
    cells = pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=COLUMNS)
    everything = pd.MultiIndex.from_product([names, types], names=COLUMNS[:2]).to_frame(index=False)
    sizes = cells.drop_duplicates(COLUMNS[:2])[[*COLUMNS[:2], "n_units", "n_months"]]
    return Outcome(
        frames={"cells": cells, "pairs": everything.merge(sizes, on=COLUMNS[:2], how="left")}
    )


def _cells(
    kpi: str, types: list[str], y: np.ndarray, activities: Activities, max_lag: int
) -> list[pd.DataFrame]:
    try:
        panel = prepare(y, activities, max_lag=max_lag)
    except Thin:
        return []
    sizes = {
        "n_obs": panel.observations(),
        "n_units": len(panel.units),
        "n_months": panel.months,
    }
    found = []
    for at, residuals in zip(panel.types, residuals_by_type(panel), strict=True):
        fits = lag_fits(residuals)
        columns = {"lag": np.arange(len(fits.r)), "r": fits.r}
        columns |= {"r_low": fits.r_low, "r_high": fits.r_high}
        names = {"kpi": kpi, "activity_type": types[at]}
        found.append(pd.DataFrame(names | columns | sizes)[COLUMNS])
    return found
