"""The association analysis of a build: which units, months and measure, and what came out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from itertools import pairwise
from typing import Literal, cast

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pipelines import queries
from pipelines.analysis.association import analyse
from pipelines.analysis.inputs import signed_kpis
from pipelines.analysis.joint import JointFit
from pipelines.analysis_runs import Outcome, RunKey
from pipelines.frames import Json
from pipelines.progress import Progress, after
from pipelines.warehouse import Mart

NAME = "association"
ALL = "*"
Measure = Literal["activity", "participant", "hour"]
MEASURES: dict[Measure, str] = {"activity": "次数", "participant": "人次", "hour": "学时"}
READ = 0.05  # share of the work
BIG = ("coef", "cov", "sd_activity", "null_space")  # the arrays of a joint fit
NAMES = ("activity_types", "units")


@dataclass(frozen=True, kw_only=True)
class Scope:
    """What is analysed. ``unit_id``: all below it in ``tree``, '*' for the whole tree; months as
    "2026-03", both included; ``late``: whether 补录 counts; ``max_lag`` in months."""

    first_month: str
    last_month: str
    tree: Literal["admin", "party"] = "admin"
    unit_id: str = ALL
    measure: Measure = "activity"
    late: bool = True
    max_lag: int = 12

    def key(self, build_id: str) -> RunKey:
        """The run of this scope on a build."""
        return RunKey.of(build_id, NAME, asdict(self))


def whole_scope(months: pd.Series) -> Scope:
    """All units over all ``months`` ("2026-03"), as the page 关联分析 opens."""
    return Scope(first_month=str(months.min()), last_month=str(months.max()))


def inputs(mart: Mart, scope: Scope, *, kpi_id: str = ALL) -> tuple[pd.DataFrame, pd.DataFrame]:
    """``kpis [unit, month, kpi, value]``, more is better, and ``activities [unit, month,
    activity_type, value]`` of the scope; a month whose records are all late keeps a 0. Of a unit
    whose extent changed only the longest stretch without a change. ``kpi_id``: this KPI alone."""
    place = {
        "tree": scope.tree,
        "unit_id": scope.unit_id,
        "first_month": scope.first_month,
        "last_month": scope.last_month,
    }
    figures = queries.run(mart, "association_kpis", kpi_id=kpi_id, **place)
    held = queries.run(mart, "association_activities", **place)
    value = held[f"{scope.measure}_count"]
    if not scope.late:
        column = "late_count" if scope.measure == "activity" else f"late_{scope.measure}_count"
        value = value - held[column]
    activities = held.rename(columns={"unit_id": "unit"}).assign(value=value)
    kpis = signed_kpis(figures, queries.run(mart, "kpis"))
    stretches = longest_stretches(activities, queries.run(mart, "unit_breaks"))
    return (
        within(kpis, stretches),
        within(activities[["unit", "month", "activity_type", "value"]], stretches),
    )


def longest_stretches(activities: pd.DataFrame, breaks: pd.DataFrame) -> pd.DataFrame:
    """``[unit, first_month, next_month]`` of units whose extent changed: of the stretches between
    the changes the one with the most months of ``activities [unit, month]``, of equal ones the
    last. ``breaks [unit_id, month]``: months from which the extent is another. A level that shifts
    in figures and activities in one month would look like both moving together."""
    rows = []
    for unit, months in breaks.groupby("unit_id")["month"]:
        held = activities.loc[activities["unit"] == unit, "month"].drop_duplicates()
        bounds = ["0000-00", *sorted(months), "9999-99"]
        spans = list(pairwise(bounds))
        counted = [int(((held >= first) & (held < after)).sum()) for first, after in spans]
        longest = max(range(len(spans)), key=lambda at: (counted[at], at))
        rows.append((unit, *spans[longest]))
    return pd.DataFrame(rows, columns=["unit", "first_month", "next_month"])


def within(frame: pd.DataFrame, stretches: pd.DataFrame) -> pd.DataFrame:
    """``frame [unit, month, …]`` without the months of a unit outside of its stretch."""
    if stretches.empty:
        return frame
    by_unit = stretches.set_index("unit")
    first = frame["unit"].map(by_unit["first_month"]).fillna("0000-00")
    after = frame["unit"].map(by_unit["next_month"]).fillna("9999-99")
    return frame[(frame["month"] >= first) & (frame["month"] < after)].reset_index(drop=True)


def compute(mart: Mart, key: RunKey, progress: Progress) -> Outcome:
    """The analysis of the scope in ``key``: frames ``pairs``, ``lags`` and ``kept`` of ``analyse``,
    and its joint fits, which ``joint_fits`` reads back."""
    scope = Scope(**dict(key.settings))
    progress("读取指标和活动", 0.0)
    kpis, activities = inputs(mart, scope)
    rest = after(READ, progress)
    found = analyse(kpis, activities, max_lag=scope.max_lag, seed=key.seed, progress=rest)
    arrays, joints = fits_kept(found.joints)
    return Outcome(
        frames={"pairs": found.pairs, "lags": found.lags, "kept": found.kept},
        arrays=arrays,
        facts={"seed": key.seed, "max_lag": found.max_lag, "joints": joints},
    )


def fits_kept(fits: Mapping[str, JointFit]) -> tuple[dict[str, NDArray[np.float64]], list[Json]]:
    """Joint fits as arrays and the fact ``joints`` of an Outcome, for ``joint_fits``."""
    listed = list(fits.values())
    arrays = {f"{name}_{at}": getattr(fit, name) for at, fit in enumerate(listed) for name in BIG}
    return arrays, [_told(fit) for fit in listed]


def joint_fits(outcome: Outcome) -> dict[str, JointFit]:
    """KPI → its joint fit, as ``fits_kept`` kept it; KPIs with thin data have none."""
    told = cast(list[dict[str, object]], outcome.facts["joints"])
    fits = [_fit(outcome, at, facts) for at, facts in enumerate(told)]
    return {fit.kpi: fit for fit in fits}


def _fit(outcome: Outcome, at: int, facts: dict[str, object]) -> JointFit:
    arrays = {name: outcome.arrays[f"{name}_{at}"] for name in BIG}
    names = {name: tuple(cast(list[str], facts[name])) for name in NAMES}
    return JointFit(**(facts | names | arrays))


def _told(fit: JointFit) -> dict[str, Json]:
    """What of a fit is no array."""
    plain = {each.name: getattr(fit, each.name) for each in fields(fit) if each.name not in BIG}
    return plain | {name: list(plain[name]) for name in NAMES}
