"""The latent stock of one KPI as estimated: its movement in a month and its make-up; pure."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from dashboard.charts.waterfall import reconciled
from dashboard.format import MISSING, month_label, percent, signed
from pipelines.analysis import latent
from pipelines.analysis.evidence import INSEPARABLE, UNCLEAR
from pipelines.analysis.joint import JointFit, unidentified
from pipelines.analysis.latent import Estimates
from pipelines.analysis.latent_fits import level_of
from pipelines.analysis.shares import INDISTINCT, type_shares

Floats = NDArray[np.float64]

STEPS = ("上月末存量", "本月新增", "本月释放", "本月末存量")
UNIT = "个常见波动"


@dataclass(frozen=True, kw_only=True)
class StockView:
    """The mean of ``n_units`` units in one month; all figures in σ_w of the signed KPI.

    ``seen`` (K, L + 1): their mean activities by lag, from which everything else follows.
    """

    n_units: int
    seen: Floats
    movement: tuple[float, float, float, float]
    stock: Estimates
    by_type: Estimates
    release: Estimates


def stock_view(
    fit: JointFit,
    activities: pd.DataFrame,
    month: str,
    units: frozenset[str] | None,
    *,
    source: str = latent.ALL_TYPES,
    looks: int = 1,
) -> StockView | None:
    """The stock of ``units`` (None: all) in ``month``; None when no unit has the past for it.

    ``source``: one activity type or all; ``by_type`` always has each of them. Intervals hold for
    all ``looks``, the stocks that can be chosen, at once by Bonferroni; those of the release for
    each of its months as well.
    """
    work = latent.work_of(fit.activity_types, activities)
    seen = latent.past(work, month, fit.max_lag)
    chosen = np.array([units is None or each in units for each in work.axes.units], dtype=bool)
    mean, used = latent.mean_contrast(seen, chosen)
    if not used:
        return None
    own = latent.of_source(mean, fit.activity_types, source)
    parts = (latent.OPENING, latent.ADDED, latent.RELEASED, latent.CLOSING)
    moved = [float(latent.estimate(fit, latent.contrast(each, own)).value) for each in parts]
    stock = latent.contrast(latent.STOCK, own)
    kinds = latent.by_type(latent.contrast(latent.STOCK, mean))
    ahead = np.stack([latent.release(own, h) for h in range(1, fit.max_lag + 1)])
    return StockView(
        n_units=used,
        seen=mean,
        movement=(moved[0], moved[1], moved[2], moved[3]),
        stock=latent.estimate(fit, stock, level=level_of(looks)),
        by_type=latent.estimate(fit, kinds, level=level_of(looks)),
        release=latent.estimate(fit, ahead, level=level_of(looks * fit.max_lag)),
    )


def is_told(view: StockView) -> bool:
    """Whether the data tell the stock and its movement; not where lags or types are exact sums of
    others."""
    return bool(np.isfinite([*view.movement, float(view.stock.value)]).all())


def is_distinct(view: StockView) -> bool:
    """Whether the interval of the stock excludes 0; else nothing but that is shown."""
    return is_told(view) and not float(view.stock.low) <= 0 <= float(view.stock.high)


def untold_types(fit: JointFit, source: str) -> tuple[str, ...]:
    """The activity types of ``source`` whose lags the data do not tell apart."""
    return tuple(each for each in unidentified(fit) if source in (latent.ALL_TYPES, each))


def untold_sentence(types: tuple[str, ...]) -> str:
    """Why the stocks of ``types`` are not told; empty without any."""
    if not types:
        return ""
    names = "、".join(f"“{each}”" for each in types)
    return f"{names}{UNCLEAR}：{INSEPARABLE}，所以不给数。"


def shown_movement(view: StockView) -> list[float]:
    """The four figures of the waterfall to two decimals; they add up as they are shown."""
    opening, added, released, closing = view.movement
    return reconciled(opening, [added, released], closing)


def stock_sentence(view: StockView, who: str, what: str, month: str) -> str:
    """The stock with its interval, or that it cannot be told from nothing."""
    low, high = float(view.stock.low), float(view.stock.high)
    told = f"{month_label(month)}{who}：{what}的存量"
    if not is_told(view):
        return f"{told}，{UNCLEAR}"
    interval = f"校正后 95% 区间 {signed(low)} 至 {signed(high)}"
    if not is_distinct(view):
        return f"{told}，{INDISTINCT}（{interval}）"
    error = abs(float(view.stock.se) / float(view.stock.value))
    value = f"{signed(float(view.stock.value))} {UNIT}"
    return f"{told}为 {value}（{interval}，相对标准误 {percent(error, 0)}）"


def types_table(fit: JointFit, view: StockView, *, looks: int = 1) -> pd.DataFrame:
    """Each activity type with its stock, what one activity adds in all, and its label."""
    shares, stock = type_shares(fit, level=level_of(looks)), view.by_type
    return pd.DataFrame(
        {
            "活动类型": shares["activity_type"],
            "类别": shares["label"],
            "存量": _figures(stock.value),
            "存量 95% 区间": _intervals(stock.low, stock.high),
            "每月多一次的合计": _figures(shares["total"]),
            "合计 95% 区间": _intervals(shares["low"], shares["high"]),
            "当期占比 95% 区间": _intervals(shares["share_low"], shares["share_high"]),
        }
    )


def release_table(view: StockView) -> pd.DataFrame:
    """What past work is still expected to add in each month ahead."""
    found = view.release
    return pd.DataFrame(
        {
            "之后第几个月": range(1, len(found.value) + 1),
            "预期释放": _figures(found.value),
            "95% 区间": _intervals(found.low, found.high),
        }
    )


def _figures(values: object) -> list[str]:
    return [signed(each) for each in np.asarray(values, float)]


def _intervals(low: object, high: object) -> list[str]:
    pairs = zip(np.asarray(low, float), np.asarray(high, float), strict=True)
    return [MISSING if np.isnan(a) else f"{signed(a)} 至 {signed(b)}" for a, b in pairs]
