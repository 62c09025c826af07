"""A labelled scenario, never an estimate: a stock of activity that halves in a fixed time.

METHODS (b) measured that a geometric stock understates delayed carry-over by 51 %; the contrasts of
the joint fit (latent.py) are the estimate.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pipelines.analysis.arrays import Floats
from pipelines.analysis.correlation import UNKNOWN, Correlation, clustered_correlation
from pipelines.analysis.cubes import Axes, shared_axes, value_cube
from pipelines.analysis.ranks import month_ranks
from pipelines.analysis.validity import Validity
from pipelines.reference import RulePackEntry

PER_MONTH = {"月": 1.0, "季度": 1 / 3, "年": 1 / 12}


def decay(half_life_months: float) -> float:
    """The share of a stock that is left one month later. ValueError unless positive."""
    if not half_life_months > 0:
        raise ValueError("half_life_months must be positive")
    return 0.5 ** (1.0 / half_life_months)


def steady_stock(per_month: float, *, half_life_months: float) -> float:
    """The stock that ``per_month`` activities hold for ever: per_month / (1 − decay)."""
    return per_month / (1.0 - decay(half_life_months))


def hill(stock: pd.Series, *, half: float, slope: float) -> pd.Series:
    """Saturation stock^s / (half^s + stock^s), 0–1, one half at ``half``; a convention as well.

    Hill (1910), as used on adstock. ValueError unless ``half`` and ``slope`` are positive.
    """
    if not (half > 0 and slope > 0):
        raise ValueError("half and slope must be positive")
    power = stock.clip(lower=0.0) ** slope
    return power / (half**slope + power)


def regular_per_month(rules: Sequence[RulePackEntry]) -> float:
    """Activities a month that the rule pack asks of one branch: its 次 by month, quarter and year.

    Rules without a minimum (各地不一) add nothing.
    """
    asked = [r for r in rules if r.unit == "次" and r.minimum and r.period in PER_MONTH]
    return sum(r.minimum * PER_MONTH[r.period] for r in asked)


def activity_stock(
    activities: pd.DataFrame, *, half_life_months: float = 6, months: Sequence[str]
) -> pd.DataFrame:
    """Month-end stock of activity counts per unit: S_t = decay · S_{t−1} + x_t.

    ``activities [unit, month, value]`` (further columns are ignored, all types add up);
    ``months`` are the months wanted, "2026-03". Result ``[unit, month, stock]``, in activities,
    from a unit's first recorded month on: earlier there is nothing to add up. A unit with
    records before the first wanted month brings its stock along.
    """
    if activities.empty or not len(months):
        empty = pd.DataFrame({"unit": [], "month": [], "stock": []})
        return empty.astype({"unit": str, "month": str, "stock": float})
    asked = pd.DataFrame({"unit": activities["unit"].iloc[0], "month": list(months)})
    axes = shared_axes(activities, asked)
    _, cube = value_cube(activities.assign(all="all"), "all", axes)
    return _long(_accumulated(cube[0], decay(half_life_months)), axes, set(months))


def stock_validity(stock: pd.DataFrame, attainment: pd.DataFrame, *, horizon: int = 6) -> Validity:
    """Rank correlation of the stock at t with the change of attainment afterwards.

    ``stock [unit, month, stock]``, ``attainment [unit, month, value]``. Change = mean of months
    t+1 … t+horizon minus mean of months t−horizon+1 … t, at least half of each known. Ranks are
    taken within each month, so what moved everybody drops out; the interval is clustered by
    unit because neighbouring windows overlap.
    """
    levels = attainment.assign(kpi="all")
    stocks = stock.rename(columns={"stock": "value"}).assign(kpi="all")
    if levels.empty or stocks.empty:
        return _validity(UNKNOWN, np.zeros((0, 0), dtype=bool))
    axes = shared_axes(levels, stocks)
    s_cube = value_cube(stocks, "kpi", axes)[1][0]
    change = _change(value_cube(levels, "kpi", axes)[1][0], horizon)
    common = np.isfinite(s_cube) & np.isfinite(change)
    common &= common.sum(axis=0) >= 3
    ranks = [month_ranks(np.where(common, c, np.nan)) for c in (s_cube, change)]
    months = int(common.any(axis=0).sum())
    found = clustered_correlation(*ranks, rows=int(common.sum()), effects=months)
    return _validity(found, common)


def _validity(found: Correlation, common: NDArray[np.bool_]) -> Validity:
    return Validity(
        r=found.r,
        low=found.low,
        high=found.high,
        n_obs=int(common.sum()),
        n_units=int(common.any(axis=1).sum()),
        n_months=int(common.any(axis=0).sum()),
    )


def _accumulated(counts: Floats, left: float) -> Floats:
    """Stock (units, months) of counts with NaN; NaN before a unit's first record."""
    stock = np.full_like(counts, np.nan)
    held = np.full(counts.shape[0], np.nan)
    for at in range(counts.shape[1]):
        added = counts[:, at]
        grown = np.where(np.isnan(held), added, held * left + np.nan_to_num(added))
        stock[:, at] = held = grown
    return stock


def _long(stock: Floats, axes: Axes, wanted: set[str]) -> pd.DataFrame:
    months = [axes.month(i) for i in range(axes.months)]
    wide = pd.DataFrame(stock, index=pd.Index(axes.units, name="unit"), columns=months)
    tall = wide.rename_axis(columns="month").stack().rename("stock").dropna().reset_index()
    kept = tall[tall["month"].isin(wanted)]
    return kept.sort_values(["unit", "month"], ignore_index=True)


def _change(level: Floats, horizon: int) -> Floats:
    """Mean of the next ``horizon`` months minus mean of the last ``horizon``, (units, months)."""
    need = max(1, horizon // 2)
    past = pd.DataFrame(level.T).rolling(horizon, min_periods=need).mean()
    future = past.shift(-horizon)
    return (future - past).to_numpy().T
