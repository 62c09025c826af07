"""How many activities every branch holds: substance with its own rhythm, and bursts for show."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from pipelines.simulate.happenings import Inspection
from pipelines.simulate.model import Plan
from pipelines.simulate.structure import Structure

TYPICAL_PER_UNIT_MONTH = 5.2  # what the rates below add up to
BURST_DAYS = 10
BURST_MEAN = 0.45  # extra records of a typical branch before an inspection, per type, at scale 1


@dataclass(frozen=True, kw_only=True)
class ActivityProfile:
    """``rate``: mean records a month. ``every``: months between scheduled ones, held with
    probability ``kept``; the rest is discretionary."""

    code: str
    rate: float
    every: int
    kept: float
    bursts: bool = False


PROFILES = (
    ActivityProfile(code="支部党员大会", rate=0.40, every=3, kept=0.92),
    ActivityProfile(code="支部委员会会议", rate=1.05, every=1, kept=0.88),
    ActivityProfile(code="党小组会", rate=1.15, every=1, kept=0.55, bursts=True),
    ActivityProfile(code="党课", rate=0.45, every=3, kept=0.45),
    ActivityProfile(code="主题党日", rate=1.05, every=1, kept=0.50, bursts=True),
    ActivityProfile(code="组织生活会", rate=0.12, every=12, kept=0.95),
    ActivityProfile(code="谈心谈话", rate=0.60, every=12, kept=0.60, bursts=True),
    ActivityProfile(code="党建共建", rate=0.38, every=6, kept=0.30),
)
TYPES = tuple(each.code for each in PROFILES)


@dataclass(frozen=True, kw_only=True)
class Counts:
    """``scheduled`` and ``free``: branch × all months × type, int. ``bursts``: one array per
    inspection, branch × type."""

    scheduled: np.ndarray
    free: np.ndarray
    bursts: list[np.ndarray]

    @property
    def substance(self) -> np.ndarray:
        return self.scheduled + self.free


def autoregressive(
    rng: np.random.Generator, shape: tuple[int, ...], rho: float, axis: int = 1
) -> np.ndarray:
    """Stationary AR(1) noise with standard deviation 1 along ``axis``."""
    noise = np.moveaxis(rng.standard_normal(shape), axis, 0)
    noise[1:] *= np.sqrt(1 - rho**2)
    for t in range(1, noise.shape[0]):
        noise[t] += rho * noise[t - 1]
    return np.moveaxis(noise, 0, axis)


def _campaign(plan: Plan, branches: int) -> np.ndarray:
    """Branch × months: a common campaign to which branches react with different strength."""
    rng = plan.rng("campaign")
    months = len(plan.all_months)
    wave = autoregressive(rng, (1, months), 0.6)
    strength = rng.lognormal(0, 0.5, (branches, 1))
    return 0.12 * strength * wave


def _calendar_months(plan: Plan) -> np.ndarray:
    return np.array([int(month[5:]) for month in plan.all_months])


def _scheduled(
    rng: np.random.Generator, profile: ActivityProfile, plan: Plan, branches: int, scale: float
) -> np.ndarray:
    due = _calendar_months(plan) % profile.every == 0
    planned = max(1, int(scale))
    held = rng.binomial(planned, profile.kept, (branches, due.size))
    return held * due[None, :]


def _free(
    rng: np.random.Generator, profile: ActivityProfile, campaign: np.ndarray, scale: float
) -> np.ndarray:
    """Over-dispersed Poisson: every branch has its level and its own slow rhythm per type."""
    mean = scale * profile.rate - max(1, int(scale)) * profile.kept / profile.every
    level = 0.25 * rng.standard_normal((campaign.shape[0], 1))
    rhythm = 0.45 * autoregressive(rng, campaign.shape, 0.35)
    return rng.poisson(max(mean, 0.05 * scale) * np.exp(level + rhythm + campaign - 0.15))


def _bursts(
    plan: Plan, structure: Structure, visits: list[Inspection], scale: float
) -> list[np.ndarray]:
    rng = plan.rng("bursts")
    group = structure.group[structure.home]
    zeal = rng.gamma(0.7, 1 / 0.7, group.size)
    prone = np.array([each.bursts for each in PROFILES])
    found = []
    for visit in visits:
        concerned = group >= 0 if visit.group is None else group == visit.group
        month = plan.all_months.index(str(visit.first_day)[:7])
        concerned &= structure.founded[structure.home] < month
        mean = BURST_MEAN * scale * (zeal * concerned)[:, None] * prone[None, :]
        found.append(rng.poisson(mean))
    return found


def build_counts(plan: Plan, structure: Structure, inspections: list[Inspection]) -> Counts:
    """Scaled so that a unit has about ``activities_per_unit_month`` records a month."""
    scale = plan.activities_per_unit_month / TYPICAL_PER_UNIT_MONTH
    branches, months = structure.home.size, len(plan.all_months)
    rng, campaign = plan.rng("counts"), _campaign(plan, structure.home.size)
    exists = structure.founded[structure.home][:, None] <= np.arange(months)[None, :]
    scheduled = [_scheduled(rng, each, plan, branches, scale) for each in PROFILES]
    free = [_free(rng, each, campaign, scale) for each in PROFILES]
    return Counts(
        scheduled=np.stack(scheduled, axis=2) * exists[:, :, None],
        free=np.stack(free, axis=2) * exists[:, :, None],
        bursts=_bursts(plan, structure, inspections, scale),
    )
