"""Everything the 潜绩 axis rests on: joint fits of all KPIs, their evidence and their validity."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd

from pipelines.analysis import latent
from pipelines.analysis.arrays import Floats
from pipelines.analysis.axis import per_people
from pipelines.analysis.cubes import Axes, activity_cube, shared_axes, value_cube
from pipelines.analysis.joint import JointFit, estimable, fit_joint
from pipelines.analysis.latent import ALL_TYPES, STOCK
from pipelines.analysis.prepare import Activities, Prepared, Thin, prepare
from pipelines.analysis.validity import HORIZON, Validity, later_change, rank_validity
from pipelines.domain.months import shift
from pipelines.progress import Progress, silent

REACHES = (6, 12)  # months ahead that a stock may look; the reader chooses one
HOLDOUT = 12  # months kept out of the coefficients that the validity is checked with
EVIDENCE = ["kpi", "activity_type", "month", "value", "se", "low", "high"]
VALIDITY = ["kpi", "activity_type", "r", "low", "high", "n_obs", "n_units", "n_months"]


@dataclass(frozen=True, kw_only=True)
class LatentFits:
    """``fits``: KPI → joint fit. ``evidence``: EVIDENCE, the mean stock of all units in the newest
    month by source, NaN where the data do not tell it. ``validity``: VALIDITY by source.
    ``thin [kpi, reason]``: KPIs without a fit. ``looks``: how many stocks can be chosen; intervals
    hold for as many at once.
    """

    fits: dict[str, JointFit] = field(repr=False)
    evidence: pd.DataFrame
    validity: pd.DataFrame
    thin: pd.DataFrame
    looks: int


def looks_of(kpis: int, types: int) -> int:
    """Stocks among which a reader can choose: KPIs × (types + all together) × reaches."""
    return max(1, kpis) * (types + 1) * len(REACHES)


def level_of(looks: int) -> float:
    """The level of each of ``looks`` intervals that all hold together in 95 % (Bonferroni)."""
    return 1 - 0.05 / looks


def latent_fits(
    kpis: pd.DataFrame,
    activities: pd.DataFrame,
    heads: pd.DataFrame,
    *,
    max_lag: int,
    progress: Progress = silent,
) -> LatentFits:
    """Fit every KPI on all months, and once more without the last HOLDOUT for the validity.

    ``kpis`` and ``activities`` as for ``associate``; ``heads [unit, month, value]``.
    """
    names = sorted(kpis["kpi"].unique())
    looks = looks_of(len(names), activities["activity_type"].nunique())
    fits: dict[str, JointFit] = {}
    thin: list[tuple[str, str]] = []
    checks: list[pd.DataFrame] = []
    for at, kpi in enumerate(names):
        progress(f"正在估计第 {at + 1}/{len(names)} 项指标的存量", at / len(names))
        own = kpis[kpis["kpi"] == kpi]
        data = _Data(kpi=kpi, kpis=own, activities=activities, max_lag=max_lag)
        try:
            fitted = _fitted(data)
        except Thin as reason:
            thin.append((kpi, str(reason)))
            continue
        fits[kpi] = fitted.fit
        checks.append(_checked(data, fitted, heads, level_of(looks)))
    return LatentFits(
        fits=fits,
        evidence=_evidence(fits, activities, looks),
        validity=_joined(checks, VALIDITY),
        thin=pd.DataFrame(thin, columns=["kpi", "reason"]),
        looks=looks,
    )


def most_evidence(evidence: pd.DataFrame) -> tuple[str, str]:
    """(KPI, activity type) whose mean stock stands farthest from 0 in its own standard errors."""
    far = (evidence["value"] / evidence["se"].where(evidence["se"] > 0)).abs()
    best = evidence.loc[far.fillna(-1.0).idxmax()]
    return str(best["kpi"]), str(best["activity_type"])


@dataclass(frozen=True, kw_only=True)
class _Data:
    """The rows of one KPI and of all activities."""

    kpi: str
    kpis: pd.DataFrame
    activities: pd.DataFrame
    max_lag: int

    def until(self, month: str) -> _Data:
        return replace(
            self,
            kpis=self.kpis[self.kpis["month"] <= month],
            activities=self.activities[self.activities["month"] <= month],
        )


@dataclass(frozen=True, kw_only=True)
class _Fitted:
    panel: Prepared
    fit: JointFit
    axes: Axes


def _fitted(data: _Data) -> _Fitted:
    axes = shared_axes(data.kpis, data.activities)
    types, x = activity_cube(data.activities, "activity_type", axes)
    panel = prepare(value_cube(data.kpis, "kpi", axes)[1][0], Activities(x), max_lag=data.max_lag)
    fit = fit_joint(
        panel,
        kpi=data.kpi,
        activity_types=tuple(types[each] for each in panel.types),
        units=tuple(axes.units[each] for each in panel.units),
    )
    return _Fitted(panel=panel, fit=fit, axes=axes)


def _evidence(fits: dict[str, JointFit], activities: pd.DataFrame, looks: int) -> pd.DataFrame:
    month = activities["month"].max()
    rows: list[tuple[object, ...]] = []
    for kpi, fit in fits.items():
        work = latent.work_of(fit.activity_types, activities)
        everybody = np.ones(len(work.axes.units), dtype=bool)
        mean, used = latent.mean_contrast(latent.past(work, month, fit.max_lag), everybody)
        if not used:
            continue
        whole = latent.contrast(STOCK, mean)
        found = latent.estimate(
            fit, np.concatenate([whole[None], latent.by_type(whole)]), level=level_of(looks)
        )
        figures = zip(found.value, found.se, found.low, found.high, strict=True)
        sources = (ALL_TYPES, *fit.activity_types)
        rows += [(kpi, name, month, *each) for name, each in zip(sources, figures, strict=True)]
    return pd.DataFrame(rows, columns=EVIDENCE)


def _checked(data: _Data, whole: _Fitted, heads: pd.DataFrame, level: float) -> pd.DataFrame:
    """The validity of every source, coefficients from the months up to HOLDOUT before the end."""
    panel, units = whole.panel, list(whole.fit.units)
    cut = whole.axes.month(panel.end - 1 - HOLDOUT)
    try:
        fit = _fitted(data.until(cut)).fit
    except Thin:
        return pd.DataFrame(columns=VALIDITY)
    months = [shift(cut, ahead) for ahead in range(HOLDOUT - HORIZON + 1)]
    stocks = _stocks(fit, data.activities, heads, months, units)
    complete = panel.y[:, panel.start - 1 : panel.end]
    change = later_change(complete)[:, -(HOLDOUT + 1) : complete.shape[1] - HORIZON]
    found = [rank_validity(each, change, level=level) for each in stocks]
    rows = [
        {"kpi": data.kpi, "activity_type": name} | _figures(each)
        for name, each in zip((ALL_TYPES, *fit.activity_types), found, strict=True)
    ]
    return pd.DataFrame(rows, columns=VALIDITY)


def _figures(found: Validity) -> dict[str, object]:
    return {name: getattr(found, name) for name in VALIDITY[2:]}


def _stocks(
    fit: JointFit,
    activities: pd.DataFrame,
    heads: pd.DataFrame,
    months: list[str],
    units: list[str],
) -> Floats:
    """The axis by source (1 + K, units, months), NaN without a past or people."""
    work = latent.work_of(fit.activity_types, activities)
    order = pd.Index(work.axes.units).get_indexer(pd.Index(units))
    by_unit = heads.pivot_table(index="unit", columns="month", values="value")
    people = by_unit.reindex(index=units, columns=months).to_numpy(np.float64)
    found = []
    for at, month in enumerate(months):
        whole = latent.contrast(STOCK, latent.past(work, month, fit.max_lag))[order]
        each = per_people(whole, people[:, at]) * fit.coef
        of_types = each.sum(axis=2).T
        stocks = np.concatenate([of_types.sum(axis=0)[None], of_types])
        told = estimable(fit, np.concatenate([whole[None], latent.by_type(whole)]))
        found.append(np.where(told, stocks, np.nan))
    return np.stack(found, axis=2)


def _joined(frames: list[pd.DataFrame], columns: list[str]) -> pd.DataFrame:
    held = [each for each in frames if not each.empty]
    return pd.concat(held, ignore_index=True) if held else pd.DataFrame(columns=columns)
