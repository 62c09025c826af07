"""Made-up panels: KPIs and activities with levels, seasons, shocks and planted links."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from pipelines.analysis.arrays import Floats
from pipelines.domain.months import month_range, shift

LAST = "2026-10"


@dataclass(frozen=True, kw_only=True)
class Link:
    """``effect`` noise SDs of KPI ``kpi`` per within-SD of type ``kind``, ``lag`` months later."""

    kpi: int
    kind: int
    lag: int
    effect: float


@dataclass(frozen=True, kw_only=True)
class Scenario:
    """What a panel is made of. ``season``: amplitude in noise SDs, common to all units;
    ``campaign``: by how much season and shock move the log of all activities; ``uneven``: spread
    (log SD) of how strongly units react to season, shock and campaign; ``spread``: log SD of the
    units' noise; ``multiplicative``: the KPI is exp of the rest."""

    name: str
    units: int
    months: int
    kpis: int = 4
    kinds: int = 4
    season: float = 1.0
    campaign: float = 0.25
    uneven: float = 0.5
    spread: float = 0.0
    multiplicative: bool = False
    rho: float = 0.4
    links: tuple[Link, ...] = ()


def panel(scenario: Scenario, seed: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Long frames ``[unit, month, kpi | activity_type, value]`` of one draw."""
    rng = np.random.default_rng([seed, scenario.units, scenario.months])
    units, months = scenario.units, scenario.months
    wave = np.sin(2 * np.pi * (np.arange(months) + rng.integers(12)) / 12)
    shock = _autoregressive(rng, (1, months), 0.5)[0]
    campaign = scenario.campaign * (wave + shock)
    level = 0.2 + 0.3 * rng.normal(size=(scenario.kinds, units, 1))
    moved_by = _reaction(rng, scenario, scenario.kinds) * campaign
    x = rng.poisson(np.exp(level + moved_by)).astype(float)
    noise = _autoregressive(rng, (scenario.kpis, units, months), scenario.rho)
    noise *= np.exp(scenario.spread * rng.normal(size=(1, units, 1)))
    for link in scenario.links:
        moved = np.zeros((units, months))
        moved[:, link.lag :] = _standardised(x[link.kind])[:, : months - link.lag]
        noise[link.kpi] += link.effect * moved
    common = scenario.season * _reaction(rng, scenario, scenario.kpis) * wave
    common = common + 0.6 * _reaction(rng, scenario, scenario.kpis) * shock
    y = noise + common + 2 * rng.normal(size=(scenario.kpis, units, 1))
    if scenario.multiplicative:
        y = np.exp(0.15 * y)
    return _long(y, "kpi", "K"), _long(x, "activity_type", "A")


def name_of(series: str, position: int) -> str:
    """K00, K01 … and A00, A01 … as they stand in the frames."""
    return f"{series}{position:02d}"


def _reaction(rng: np.random.Generator, scenario: Scenario, series: int) -> Floats:
    return np.exp(scenario.uneven * rng.normal(size=(series, scenario.units, 1)))


def _standardised(x: Floats) -> Floats:
    free = x - x.mean(axis=1, keepdims=True)
    return free / free.std()


def _autoregressive(rng: np.random.Generator, shape: tuple[int, ...], rho: float) -> Floats:
    noise = rng.standard_normal(shape)
    noise[..., 1:] *= np.sqrt(1 - rho**2)
    for t in range(1, shape[-1]):
        noise[..., t] += rho * noise[..., t - 1]
    return noise


def _long(cube: Floats, series: str, letter: str) -> pd.DataFrame:
    months = month_range(shift(LAST, 1 - cube.shape[-1]), LAST)
    labels = [
        [name_of(letter, at) for at in range(len(cube))],
        [f"U{at:04d}" for at in range(cube.shape[1])],
        months,
    ]
    index = pd.MultiIndex.from_product(labels, names=[series, "unit", "month"])
    return pd.DataFrame({"value": cube.ravel()}, index=index).reset_index()
