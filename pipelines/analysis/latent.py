"""显绩 and 潜绩 as contrasts of the joint fit: what work adds now, later, and is still to add.

METHODS (b). With β_kl of a JointFit and x_kt activities of type k in month t:
immediate = Σ_k Σ_{l≤1} β_kl x_{k,t−l}; carry-over = Σ_k Σ_{l≥2} β_kl x_{k,t−l};
tail B_kj = Σ_{l≥j} β_kl; stock S_t = Σ_k Σ_{j=0}^{L−1} x_{k,t−j} B_{k,j+1}.
Every figure is linear in β, a contrast c′β with SE √(c′Vc) and a t(N−1) interval, so figures of
groups are means of contrasts and keep exact errors. Values are in σ_w of the signed KPI.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import stdtrit

from pipelines.analysis.arrays import Floats
from pipelines.analysis.cubes import Axes, activity_cube, shared_axes
from pipelines.analysis.joint import JointFit, estimable
from pipelines.domain.months import month_index

NOW_LAGS = 2  # lags 0 and 1 count as immediate
IMMEDIATE, CARRY_OVER, STOCK = "immediate", "carry_over", "stock"
OPENING, ADDED, RELEASED, CLOSING = "opening", "added", "released", "closing"
ALL_TYPES = "*"
COLUMNS = ["unit", "month", "part", "activity_type", "value", "se", "low", "high"]


@dataclass(frozen=True, kw_only=True)
class Work:
    """Activities (types, units, months) by type of a fit; NaN outside a unit's span."""

    types: tuple[str, ...]
    axes: Axes
    cube: Floats = field(repr=False)

    def position(self, month: str) -> int:
        """Where ``month`` stands on the last axis; it may lie outside."""
        return month_index(month) - self.axes.first


@dataclass(frozen=True, kw_only=True)
class Estimates:
    """Contrasts with their errors; shapes of all four are equal. NaN where work is not known, and
    where the data do not tell the contrast: lags or types that are exact sums of others."""

    value: Floats
    se: Floats
    low: Floats
    high: Floats


def work_of(types: tuple[str, ...], activities: pd.DataFrame) -> Work:
    """The cube of ``activities [unit, month, activity_type, value]``; a type nobody held is 0."""
    axes = shared_axes(activities)
    names, found = activity_cube(activities, "activity_type", axes)
    span = np.isfinite(found).any(axis=0) if names else np.zeros((0, 0), dtype=bool)
    nothing = np.where(span, 0.0, np.nan)
    rows = [found[names.index(each)] if each in names else nothing for each in types]
    return Work(types=types, axes=axes, cube=np.stack(rows))


def tails(coef: Floats) -> Floats:
    """B (K, L + 2): B[:, j] = Σ_{l≥j} β_kl, so that B[:, L + 1] = 0."""
    summed = np.cumsum(coef[:, ::-1], axis=1)[:, ::-1]
    return np.concatenate([summed, np.zeros((len(coef), 1))], axis=1)


def past(work: Work, month: str, max_lag: int) -> Floats:
    """x_{k,t−l} (units, types, L + 1) for ``month`` t; NaN for a unit not known all the way back.

    A stock of half a past is no stock: units younger than L + 1 months of records have none.
    """
    at = work.position(month)
    shape = (len(work.axes.units), len(work.types), max_lag + 1)
    if at < max_lag or at >= work.axes.months:
        return np.full(shape, np.nan)
    window = work.cube[:, :, at - max_lag : at + 1][:, :, ::-1]
    known = np.isfinite(window).all(axis=(0, 2))
    return np.where(known[:, None, None], window.transpose(1, 0, 2), np.nan)


def contrast(part: str, seen: Floats) -> Floats:
    """c of a part from ``seen`` (…, L + 1), x_{t−l} by l; c′β is the part.

    stock/closing: Σ_{j<l} x_{t−j}; opening: Σ_{1≤j≤l} x_{t−j}, the stock of the month before;
    added: x_t from lag 1 on; released: −x_{t−l} from lag 1 on. opening + added + released =
    closing holds lag by lag, which is the identity of METHODS (b).
    """
    lags = np.arange(seen.shape[-1])
    until = np.cumsum(seen, axis=-1)
    return {
        IMMEDIATE: seen * (lags < NOW_LAGS),
        CARRY_OVER: seen * (lags >= NOW_LAGS),
        STOCK: (until - seen) * (lags > 0),
        CLOSING: (until - seen) * (lags > 0),
        OPENING: (until - seen[..., :1]) * (lags > 0),
        ADDED: seen[..., :1] * (lags > 0),
        RELEASED: -seen * (lags > 0),
    }[part]


def release(seen: Floats, ahead: int) -> Floats:
    """c of what work up to t adds in month t + ``ahead`` (1 … L): β_{l} x_{t+ahead−l}, l ≥ ahead.

    Over all months ahead these add up to the contrast of the stock.
    """
    moved = np.zeros_like(seen)
    moved[..., ahead:] = seen[..., : seen.shape[-1] - ahead]
    return moved


def estimate(fit: JointFit, contrasts: Floats, *, level: float = 0.95) -> Estimates:
    """c′β, √(c′Vc) and the t(dof) interval of ``contrasts`` (…, K, L + 1)."""
    lead = contrasts.shape[:-2]
    flat = contrasts.reshape(-1, fit.coef.size)
    value = np.where(estimable(fit, contrasts).ravel(), flat @ fit.coef.ravel(), np.nan)
    variance = ((flat @ fit.cov) * flat).sum(axis=1)
    se = np.where(np.isnan(value), np.nan, np.sqrt(np.maximum(variance, 0.0)))
    reach = float(stdtrit(fit.dof, 0.5 + level / 2)) * se
    shaped = [each.reshape(lead) for each in (value, se, value - reach, value + reach)]
    return Estimates(value=shaped[0], se=shaped[1], low=shaped[2], high=shaped[3])


def by_type(contrasts: Floats) -> Floats:
    """(…, K, L + 1) as (K, …, K, L + 1): one contrast for each type alone."""
    kinds = contrasts.shape[-2]
    alone = np.eye(kinds)[(slice(None), *[None] * (contrasts.ndim - 2), slice(None), None)]
    return np.where(alone > 0, contrasts, 0.0)


def of_source(contrasts: Floats, types: tuple[str, ...], source: str) -> Floats:
    """(…, K, L + 1) of one activity type alone; ``source`` ALL_TYPES leaves it as it is."""
    if source == ALL_TYPES:
        return contrasts
    chosen = np.array([each == source for each in types])
    return np.where(chosen[:, None], contrasts, 0.0)


def mean_contrast(contrasts: Floats, chosen: NDArray[np.bool_]) -> tuple[Floats, int]:
    """The mean over the ``chosen`` (units,) with known work, and how many these are.

    ``contrasts`` (units, K, L + 1). NaN when there are none.
    """
    used = contrasts[chosen & np.isfinite(contrasts).all(axis=(1, 2))]
    if not len(used):
        return np.full(contrasts.shape[1:], np.nan), 0
    return used.mean(axis=0), len(used)


def decompose(
    fit: JointFit,
    activities: pd.DataFrame,
    *,
    months: tuple[str, ...] | None = None,
    level: float = 0.95,
) -> pd.DataFrame:
    """Immediate, carry-over and stock of every unit, month and activity type.

    ``activities [unit, month, activity_type, value]`` in the unit of activity of the fit;
    ``months`` default to all with L earlier months of records. Columns of the result: ``unit,
    month, part`` (immediate, carry_over, stock), ``activity_type`` ("*": all together), ``value,
    se, low, high`` in σ_w of the signed KPI. Units without L + 1 months of records up to a month
    are left out of it.
    """
    work = work_of(fit.activity_types, activities)
    wanted = months or tuple(work.axes.month(at) for at in range(fit.max_lag, work.axes.months))
    frames = [
        _part_frame(fit, work, month, part, level)
        for month in wanted
        for part in (IMMEDIATE, CARRY_OVER, STOCK)
    ]
    if not frames:
        return pd.DataFrame(columns=COLUMNS)
    return pd.concat(frames, ignore_index=True).dropna(ignore_index=True)


def _part_frame(fit: JointFit, work: Work, month: str, part: str, level: float) -> pd.DataFrame:
    whole = contrast(part, past(work, month, fit.max_lag))
    found = estimate(fit, np.concatenate([whole[None], by_type(whole)]), level=level)
    names = (ALL_TYPES, *fit.activity_types)
    units = len(work.axes.units)
    return pd.DataFrame(
        {
            "unit": np.tile(np.array(work.axes.units, dtype=object), len(names)),
            "month": month,
            "part": part,
            "activity_type": np.repeat(np.array(names, dtype=object), units),
            "value": found.value.ravel(),
            "se": found.se.ravel(),
            "low": found.low.ravel(),
            "high": found.high.ravel(),
        }
    )
