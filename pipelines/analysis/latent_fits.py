"""Everything the 潜绩 axis rests on: joint fits of all KPIs, their evidence and their validity."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pipelines.analysis import latent
from pipelines.analysis.axis import per_people
from pipelines.analysis.cubes import Axes, activity_cube, shared_axes, value_cube
from pipelines.analysis.joint import JointFit, estimable, fit_joint
from pipelines.analysis.latent import ALL_TYPES, STOCK
from pipelines.analysis.prepare import Activities, Prepared, Thin, prepare
from pipelines.analysis.validity import HORIZON, Validity, later_change, rank_validity
from pipelines.domain.months import shift
from pipelines.progress import Progress, silent

Floats = NDArray[np.float64]

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
    types = activities["activity_type"].nunique()
    looks = looks_of(len(names), types)
    panels: dict[str, Prepared] = {}
    fits: dict[str, JointFit] = {}
    thin: list[tuple[str, str]] = []
    checks: list[pd.DataFrame] = []
    for at, kpi in enumerate(names):
        progress(f"正在估计第 {at + 1}/{len(names)} 项指标的存量", at / len(names))
        own = kpis[kpis["kpi"] == kpi]
        try:
            panels[kpi], fits[kpi], axes = _fitted(own, activities, kpi, max_lag)
        except Thin as reason:
            thin.append((kpi, str(reason)))
            continue
        checks.append(_checked(own, activities, heads, panels[kpi], axes, kpi, max_lag, looks))
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


def _fitted(
    own: pd.DataFrame, activities: pd.DataFrame, kpi: str, max_lag: int
) -> tuple[Prepared, JointFit, Axes]:
    axes = shared_axes(own, activities)
    types, x = activity_cube(activities, "activity_type", axes)
    panel = prepare(value_cube(own, "kpi", axes)[1][0], Activities(x), max_lag=max_lag)
    fit = fit_joint(
        panel,
        kpi=kpi,
        activity_types=tuple(types[each] for each in panel.types),
        units=tuple(axes.units[each] for each in panel.units),
    )
    return panel, fit, axes


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


def _checked(
    own: pd.DataFrame,
    activities: pd.DataFrame,
    heads: pd.DataFrame,
    panel: Prepared,
    axes: Axes,
    kpi: str,
    max_lag: int,
    looks: int,
) -> pd.DataFrame:
    """The validity of every source, coefficients from the months up to HOLDOUT before the end."""
    cut = axes.month(panel.end - 1 - HOLDOUT)
    early = own[own["month"] <= cut], activities[activities["month"] <= cut]
    try:
        _, fit, _ = _fitted(*early, kpi, max_lag)
    except Thin:
        return pd.DataFrame(columns=VALIDITY)
    months = [shift(cut, ahead) for ahead in range(HOLDOUT - HORIZON + 1)]
    units = [axes.units[each] for each in panel.units]
    stocks = _stocks(fit, activities, heads, months, units)
    complete = panel.y[:, panel.start - 1 : panel.end]
    change = later_change(complete)[:, -(HOLDOUT + 1) : complete.shape[1] - HORIZON]
    found = [rank_validity(each, change, level=level_of(looks)) for each in stocks]
    rows = [
        {"kpi": kpi, "activity_type": name} | _figures(each)
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
