"""The 潜绩 axis: the estimated stock of every unit per hundred people, with its interval."""

from __future__ import annotations

import numpy as np
import pandas as pd

from pipelines.analysis import latent
from pipelines.analysis.arrays import Floats
from pipelines.analysis.joint import JointFit
from pipelines.analysis.latent import ALL_TYPES, STOCK

PEOPLE = 100  # the stock is told per so many people on duty
COLUMNS = ["unit", "month", "stock", "se", "low", "high", "heads"]


def stock_axis(
    fit: JointFit,
    activities: pd.DataFrame,
    heads: pd.DataFrame,
    *,
    months: tuple[str, ...],
    source: str = ALL_TYPES,
    level: float = 0.95,
) -> pd.DataFrame:
    """COLUMNS for the units and ``months`` that have a stock and people.

    ``activities`` as for ``latent.decompose``; ``heads [unit, month, value]``, people on duty;
    ``source``: one activity type, or all of them. A head count is known and no estimate, so c is
    divided by it and √(c′Vc) stays exact; a unit without one in a month is left out, never guessed.
    ``stock, se, low, high`` in σ_w of the signed KPI per PEOPLE people.
    """
    work = latent.work_of(fit.activity_types, activities)
    by_month = dict(list(heads.groupby("month")))
    frames = [
        _month_axis(fit, work, month, by_month.get(month, heads.head(0)), source, level)
        for month in months
    ]
    if not frames:
        return pd.DataFrame(columns=COLUMNS)
    return pd.concat(frames, ignore_index=True).dropna(ignore_index=True)


def per_people(contrasts: Floats, heads: Floats) -> Floats:
    """Contrasts of units (n, K, L + 1) per PEOPLE of ``heads`` (n,); NaN without people."""
    known = np.where(heads > 0, heads, np.nan)
    return contrasts * (PEOPLE / known)[:, None, None]


def _month_axis(
    fit: JointFit, work: latent.Work, month: str, heads: pd.DataFrame, source: str, level: float
) -> pd.DataFrame:
    people = heads.set_index("unit")["value"].reindex(work.axes.units).to_numpy(np.float64)
    whole = latent.contrast(STOCK, latent.past(work, month, fit.max_lag))
    found = latent.estimate(
        fit, per_people(latent.of_source(whole, fit.activity_types, source), people), level=level
    )
    return pd.DataFrame(
        {
            "unit": np.array(work.axes.units, dtype=object),
            "month": month,
            "stock": found.value,
            "se": found.se,
            "low": found.low,
            "high": found.high,
            "heads": people,
        }
    )
