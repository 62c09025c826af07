"""KPI values: level, season, shocks and noise, plus what was planted."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from pipelines.simulate.columns import contract_frame, plain_frame, taken
from pipelines.simulate.counts import TYPES, Counts, autoregressive
from pipelines.simulate.kpis import (
    INITIATIVE,
    LINKS,
    TRAP,
    KpiProfile,
    profile_of,
    read_dictionary,
)
from pipelines.simulate.model import BURN_IN, Initiative, Plan
from pipelines.simulate.structure import Structure, active_unit_months

NOISE_RHO = 0.3
INITIATIVE_EFFECT = 1.1
COHORTS = (0.45, 0.6)  # where in the reported months the two cohorts of the initiative start
TRAP_START = 0.55
BAD_QUARTER = 3
MISSING_SHARE, BLANK_SHARE = 0.012, 0.004


@dataclass(frozen=True, kw_only=True)
class Results:
    """The frame of the contract and what was planted in it."""

    frame: pd.DataFrame
    initiative: Initiative
    trap: Initiative
    missing: pd.DataFrame


def _standardised(activity: np.ndarray, exists: np.ndarray) -> np.ndarray:
    """Within-unit deviations over the within-unit standard deviation of all units."""
    counts = exists.sum(axis=1, keepdims=True)
    mean = np.where(exists, activity, 0).sum(axis=1, keepdims=True) / counts
    deviation = np.where(exists, activity - mean, 0)
    return deviation / np.sqrt((deviation**2).sum() / exists.sum())


def planted_effects(plan: Plan, structure: Structure, counts: Counts) -> dict[str, np.ndarray]:
    """KPI → unit × all months: improvement in noise standard deviations, from substance only."""
    by_unit = structure.to_units(counts.substance)
    exists = structure.founded[:, None] <= np.arange(len(plan.all_months))[None, :]
    effects = {}
    for link in LINKS:
        moved = _standardised(by_unit[:, :, TYPES.index(link.activity_type)], exists)
        late = np.zeros_like(moved)
        late[:, link.lag :] = moved[:, : moved.shape[1] - link.lag]
        effects[link.kpi_id] = link.effect * late
    return effects


def _season(plan: Plan, profile: KpiProfile) -> np.ndarray:
    month = np.array([int(each[5:]) for each in plan.all_months])
    wave = 2 * np.pi * (month - profile.peak) / 12
    return profile.season * (np.cos(wave) + 0.25 * np.cos(2 * wave))


def _levels(rng: np.random.Generator, plan: Plan, profile: KpiProfile) -> np.ndarray:
    deviation = rng.standard_normal((plan.units, 1)).clip(-2.5, 2.5)
    if profile.relative:
        return profile.level * np.exp(profile.spread * deviation)
    return profile.level + profile.spread * deviation


def _movement(rng: np.random.Generator, plan: Plan, profile: KpiProfile) -> np.ndarray:
    """Unit × months in noise SDs, without noise: season and shocks hit units unequally."""
    months = len(plan.all_months)
    spread = 0.3 if profile.season < 5 else 0.03
    season = rng.lognormal(0, spread, (plan.units, 1)) * _season(plan, profile)
    shock = rng.lognormal(0, 0.3, (plan.units, 1)) * 0.4 * autoregressive(rng, (1, months), 0.5)
    trend = rng.normal(0, 0.008, (plan.units, 1)) * np.arange(months)
    return season + shock + trend


def _scaled(profile: KpiProfile, level: np.ndarray, moved: np.ndarray) -> np.ndarray:
    value = level * np.exp(profile.sd * moved) if profile.relative else level + profile.sd * moved
    return np.round(np.clip(value, profile.low, profile.high), profile.decimals) + 0.0


def _target(plan: Plan, profile: KpiProfile, level: np.ndarray, sign: int) -> np.ndarray:
    """Set for each calendar year: a little better than usual, the season half foreseen."""
    if not profile.has_target:
        return np.full((level.shape[0], len(plan.all_months)), np.nan)
    year = np.array([int(each[:4]) for each in plan.all_months])
    harder = 0.15 + 0.05 * (year - year.min())
    return _scaled(profile, level, sign * harder + 0.5 * _season(plan, profile))


def choose_initiative(plan: Plan, structure: Structure) -> tuple[np.ndarray, np.ndarray]:
    """Adopting units, by lot, and the position of the month in which each starts."""
    rng = plan.rng("initiative")
    pool = np.flatnonzero(structure.founded == 0)
    units = np.sort(rng.choice(pool, max(2, plan.units // 8), replace=False))
    starts = [plan.position(each) for each in COHORTS]
    return units, np.array(starts)[np.arange(units.size) % 2]


def choose_trap(
    plan: Plan, structure: Structure, noise: np.ndarray, spared: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """The units whose last quarter was worst (a high cost rate), and the month after it."""
    start = plan.position(TRAP_START)
    quarter = noise[:, start - BAD_QUARTER : start].mean(axis=1)
    quarter[(structure.founded > 0) | np.isin(np.arange(plan.units), spared)] = -np.inf
    units = np.sort(np.argsort(quarter)[-max(2, plan.units // 10) :])
    return units, np.full(units.size, start)


def _adopters(
    plan: Plan, structure: Structure, units: np.ndarray, start: np.ndarray, first: int
) -> pd.DataFrame:
    return plain_frame(
        {
            "unit": taken(structure.unit_ids, units),
            "month": taken(plan.all_months, start),
            "carrier_id": [f"ZT{first + i:04d}" for i in range(units.size)],
        }
    )


def _sign(direction: str) -> int:
    return {"up": 1, "down": -1}.get(direction, 0)


@dataclass(frozen=True, kw_only=True)
class Cubes:
    """Unit × all months × KPI."""

    actual: np.ndarray
    target: np.ndarray


def _build_cubes(
    plan: Plan, effects: dict[str, np.ndarray], adopted: np.ndarray
) -> tuple[Cubes, np.ndarray]:
    """All KPIs, and the noise of the trap's KPI by which its adopters are picked."""
    shape = (plan.units, len(plan.all_months), plan.kpis)
    cubes = Cubes(actual=np.empty(shape), target=np.empty(shape))
    trap_noise = np.zeros(shape[:2])
    for k, row in enumerate(read_dictionary(plan.kpis)):
        kpi_id, sign = row["kpi_id"], _sign(row["direction"])
        profile, rng = profile_of(kpi_id), plan.rng(f"kpi {kpi_id}")
        level = _levels(rng, plan, profile)
        moved = _movement(rng, plan, profile)
        noise = autoregressive(rng, shape[:2], NOISE_RHO)
        better = effects.get(kpi_id, 0.0)
        if kpi_id == INITIATIVE:
            better = INITIATIVE_EFFECT * adopted
        if kpi_id == TRAP:
            trap_noise = noise
        cubes.actual[:, :, k] = _scaled(profile, level, moved + noise + sign * better)
        cubes.target[:, :, k] = _target(plan, profile, level, sign)
    return cubes, trap_noise


def _year_to_date(plan: Plan, cube: np.ndarray, sums: np.ndarray) -> np.ndarray:
    """Running totals within the calendar year, for KPIs that add up; else missing."""
    total = np.empty_like(cube)
    running = np.zeros_like(cube[:, 0])
    for t, month in enumerate(plan.all_months):
        running = cube[:, t] if month.endswith("-01") else running + cube[:, t]
        total[:, t] = running
    decimals = np.array([profile_of(r["kpi_id"]).decimals for r in read_dictionary(plan.kpis)])
    return np.where(sums, np.round(total * 10.0**decimals) / 10.0**decimals, np.nan)


def _missing(plan: Plan, structure: Structure) -> np.ndarray:
    """Unit × reported months that nobody reported; a unit's first month never."""
    drawn = plan.rng("missing").random((plan.units, plan.months)) < MISSING_SHARE
    active = active_unit_months(plan, structure)
    return drawn & active & np.roll(active, 1, axis=1)


def _values_frame(
    plan: Plan, structure: Structure, cubes: Cubes, missing: np.ndarray
) -> pd.DataFrame:
    """Rows by month, unit and KPI, as monthly reports come."""
    rows = read_dictionary(plan.kpis)
    reported = active_unit_months(plan, structure) & ~missing
    month, unit, kpi = np.nonzero(np.repeat(reported.T[:, :, None], plan.kpis, axis=2))
    at = (unit, month + BURN_IN, kpi)
    sums = np.array([row["aggregation"] == "sum" for row in rows])
    blank = plan.rng("blank").random(unit.size) < BLANK_SHARE
    year_ago = structure.founded[unit] <= month + BURN_IN - 12
    return contract_frame(
        "kpi_values",
        {
            "unit": taken(structure.unit_ids, unit),
            "month": taken(plan.reported_months, month),
            "months": np.ones(unit.size, dtype=np.int64),
            "kpi": taken([row["kpi_id"] for row in rows], kpi),
            "actual": np.where(blank, np.nan, cubes.actual[at]),
            "target": cubes.target[at],
            "ytd_actual": _year_to_date(plan, cubes.actual, sums)[at],
            "ytd_target": _year_to_date(plan, cubes.target, sums)[at],
            "last_year": np.where(year_ago, cubes.actual[unit, month + BURN_IN - 12, kpi], np.nan),
            "note": taken(["数据待系统补传"], np.zeros(unit.size, dtype=int), keep=blank),
            "data_source": taken([profile_of(row["kpi_id"]).source for row in rows], kpi),
        },
    )


def build_results(plan: Plan, structure: Structure, counts: Counts) -> Results:
    """KPI values with the planted links, the initiative and the selection trap."""
    units, start = choose_initiative(plan, structure)
    adopted = np.zeros((plan.units, len(plan.all_months)))
    adopted[units] = np.arange(adopted.shape[1])[None, :] >= start[:, None]
    effects = planted_effects(plan, structure, counts)
    cubes, noise = _build_cubes(plan, effects, adopted)
    trapped, trap_start = choose_trap(plan, structure, noise, units)
    missing = _missing(plan, structure)
    unit, month = np.nonzero(missing)
    return Results(
        frame=_values_frame(plan, structure, cubes, missing),
        initiative=Initiative(
            name="红色引擎·节能攻关",
            kind="党建+项目",
            kpi_id=INITIATIVE,
            effect=INITIATIVE_EFFECT,
            adopters=_adopters(plan, structure, units, start, 1),
        ),
        trap=Initiative(
            name="降费突击队",
            kind="突击队",
            kpi_id=TRAP,
            effect=0.0,
            adopters=_adopters(plan, structure, trapped, trap_start, 1 + units.size),
        ),
        missing=plain_frame(
            {
                "unit": taken(structure.unit_ids, unit),
                "month": taken(plan.reported_months, month),
            }
        ),
    )
