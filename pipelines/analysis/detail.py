"""One pair in detail: the residuals behind its statistic and what each unit contributes."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import islice

import numpy as np
import pandas as pd

from pipelines.analysis.correlation import Correlation, clustered_correlation
from pipelines.analysis.cubes import activity_cube, shared_axes, value_cube
from pipelines.analysis.pairs import residuals_by_type
from pipelines.analysis.prepare import Activities, prepare


@dataclass(frozen=True, kw_only=True)
class PairDetail:
    """``residuals [unit, month, x, y]``: activity summed over the window and KPI, both without
    effects, factors and the other types, in within-unit SDs. ``units [unit, score, share,
    sign_without, months]``: Σ ỹ x̃, its part of Σ s² (0–1), the sign of the total without this
    unit, the outcome months in which it reported the KPI (the others are filled).
    ``correlation``: r of x and y with its 95 % interval by unit; the window was picked, so it is a
    description and no test."""

    residuals: pd.DataFrame = field(repr=False)
    units: pd.DataFrame = field(repr=False)
    correlation: Correlation


def pair_detail(
    kpis: pd.DataFrame,
    activities: pd.DataFrame,
    *,
    kpi: str,
    activity_type: str,
    window: tuple[int, int],
    max_lag: int = 12,
) -> PairDetail:
    """What stands behind the pair over ``window`` (first and last lag, both included).

    Frames as for ``associate``, all types of them: the other types are taken out here too.
    Raises Thin when the KPI cannot be analysed, KeyError when the pair was not.
    """
    axes = shared_axes(kpis, activities)
    names, y_cube = value_cube(kpis, "kpi", axes)
    types, x_cube = activity_cube(activities, "activity_type", axes)
    panel = prepare(y_cube[names.index(kpi)], Activities(x_cube), max_lag=max_lag)
    kept = [types[at] for at in panel.types]
    if activity_type not in kept:
        raise KeyError(activity_type)
    found = next(islice(residuals_by_type(panel), kept.index(activity_type), None))
    x, y = found.x[window[0] : window[1] + 1].sum(axis=0), found.y
    units = [axes.units[at] for at in panel.units]
    months = [axes.month(at) for at in range(panel.start, panel.end)]
    cells = pd.MultiIndex.from_product([units, months], names=["unit", "month"])
    residuals = pd.DataFrame({"x": x.ravel(), "y": y.ravel()}, index=cells).reset_index()
    scores = (x * y).sum(axis=1)
    contributions = pd.DataFrame(
        {
            "unit": units,
            "score": scores,
            "share": scores**2 / max(float((scores**2).sum()), 1e-300),
            "sign_without": np.sign(scores.sum() - scores),
            "months": panel.reported[:, panel.start : panel.end].sum(axis=1),
        }
    )
    correlation = clustered_correlation(x, y, rows=y.size, effects=y.shape[1])
    return PairDetail(residuals=residuals, units=contributions, correlation=correlation)
