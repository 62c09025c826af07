"""False positives, FDR, power, lag recovery and interval coverage of the association."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from pipelines.analysis.arrays import Floats
from pipelines.analysis.association import Analysis, analyse
from pipelines.analysis.calibration.panels import Link, Scenario, name_of, panel

CAMPAIGNS = (0.25, 0.4)
NULLS = tuple(
    replace(scenario, campaign=campaign)
    for scenario in (
        Scenario(name="共同季节", units=120, months=36, uneven=0.0),
        Scenario(name="各单位季节反应不同", units=120, months=36),
        Scenario(name="各单位季节反应差别很大", units=200, months=36, uneven=0.8, season=2.0),
        Scenario(name="各单位波动大小不同", units=120, months=36, spread=0.5),
        Scenario(name="指标按比例变化", units=120, months=36, multiplicative=True),
        Scenario(name="20 个单位", units=20, months=36),
        Scenario(name="20 个月", units=120, months=20),
    )
    for campaign in CAMPAIGNS
)
LINKS = (
    Link(kpi=0, kind=0, lag=0, effect=0.2),
    Link(kpi=1, kind=1, lag=3, effect=0.2),
    Link(kpi=2, kind=2, lag=6, effect=0.2),
    Link(kpi=3, kind=3, lag=1, effect=0.2),
)
PLANTED = tuple(
    Scenario(name="20 项指标 × 5 类活动，4 条真关联", units=150, months=40, kpis=20, kinds=5,
             campaign=campaign, links=LINKS)
    for campaign in CAMPAIGNS
)  # fmt: skip
INTERVALS = tuple(
    Scenario(name=name, units=units, months=40, kpis=4, kinds=5, links=LINKS, **changes)
    for name, units, changes in (
        ("20 个单位", 20, {}),
        ("60 个单位", 60, {}),
        ("150 个单位", 150, {}),
        ("300 个单位", 300, {}),
        ("150 个单位，活动随季节更集中", 150, {"campaign": 0.4}),
        ("150 个单位，波动大小不同", 150, {"spread": 0.5}),
        ("150 个单位，季节反应差别很大", 150, {"uneven": 0.8, "season": 2.0}),
    )
)
LEVELS = (0.05, 0.10)


def calibrate_nulls(
    draws: int, *, seed: int = 0, scenarios: tuple[Scenario, ...] = NULLS
) -> pd.DataFrame:
    """Share of pairs with p ≤ .05 and .10 where nothing is planted.

    ``[scenario, n_units, n_months, campaign, metric, value, low, high, n]``; ``low``, ``high``:
    95 % of the share over draws, pairs of one draw taken together.
    """
    rows = []
    for scenario in scenarios:
        found = [analyse(*panel(scenario, seed + at), seed=at).pairs for at in range(draws)]
        for level in LEVELS:
            shares = np.array([(each["p"] <= level).mean() for each in found])
            rows.append(_mean_row(scenario, f"无关联时 p ≤ {level:.2f} 的比例", shares))
        claims = np.array([float((each["q"] <= 0.10).any()) for each in found])
        rows.append(_mean_row(scenario, "无关联时整次分析有任何 q ≤ 0.10 的比例", claims))
        rows.append(_mean_row(scenario, "无关联时先后检验 p ≤ 0.05 的比例", np.array(
            [(each["p_lead"] <= 0.05).mean() for each in found])))  # fmt: skip
    return pd.DataFrame(rows)


def calibrate_planted(
    draws: int, *, seed: int = 0, scenarios: tuple[Scenario, ...] = PLANTED
) -> pd.DataFrame:
    """FDR and power at q ≤ .10 and .05, windows that cover the planted lag, interval coverage.

    Columns as of ``calibrate_nulls``.
    """
    return pd.DataFrame([row for each in scenarios for row in _planted_rows(each, draws, seed)])


def calibrate_intervals(
    draws: int, *, seed: int = 0, scenarios: tuple[Scenario, ...] = INTERVALS
) -> pd.DataFrame:
    """Coverage of the intervals of planted pairs; columns as of ``calibrate_nulls``."""
    rows = []
    for scenario in scenarios:
        found = (analyse(*panel(scenario, seed + at), seed=at) for at in range(draws))
        rows += _coverage_rows(scenario, [_coverage(each, scenario) for each in found])
    return pd.DataFrame(rows)


def _planted_rows(scenario: Scenario, draws: int, seed: int) -> list[dict[str, object]]:
    claims, coverages = [], []
    for at in range(draws):
        found = analyse(*panel(scenario, seed + at), seed=at)
        claims.append([_claims(found, scenario, level) for level in LEVELS])
        coverages.append(_coverage(found, scenario))
    marks = np.array(claims)
    rows = []
    for place, level in enumerate(LEVELS):
        texts = ("中错的比例（FDR）", "找到的真关联比例", "时窗口含真滞后的比例")
        for at, text in enumerate(texts):
            rows.append(_mean_row(scenario, f"q ≤ {level:.2f} {text}", marks[:, place, at]))
    return rows + _coverage_rows(scenario, coverages)


def _coverage_rows(
    scenario: Scenario, coverages: list[tuple[float, float, float]]
) -> list[dict[str, object]]:
    texts = (
        "真滞后处 95% 区间含真值的比例",
        "其余滞后处 95% 区间含 0 的比例",
        "整条曲线在 95% 同时区间内的比例",
    )
    shares = np.array(coverages).T
    return [_mean_row(scenario, text, each) for text, each in zip(texts, shares, strict=True)]


def _pairs_of(scenario: Scenario) -> dict[tuple[str, str], Link]:
    return {(name_of("K", each.kpi), name_of("A", each.kind)): each for each in scenario.links}


def _claims(found: Analysis, scenario: Scenario, level: float) -> tuple[float, float, float]:
    """False discovery proportion, power, share of true claims whose window has the true lag."""
    truth = _pairs_of(scenario)
    claimed = found.pairs[found.pairs["q"] <= level]
    keys = list(zip(claimed["kpi"], claimed["activity_type"], strict=True))
    right = [key in truth for key in keys]
    windows = zip(keys, claimed["window_start"], claimed["window_end"], strict=True)
    covered = [a <= truth[key].lag <= b for key, a, b in windows if key in truth]
    false_share = 1 - sum(right) / len(keys) if keys else 0.0
    return false_share, sum(right) / len(truth), float(np.mean(covered)) if covered else np.nan


def _coverage(found: Analysis, scenario: Scenario) -> tuple[float, float, float]:
    """Of the KPIs with a link, in σ_w per SD of activity: share of planted lags, and of all other
    lags of all types, whose interval holds the truth; share of planted pairs wholly in the band."""
    planted, others, bands = [], [], []
    for (kpi, kind), link in _pairs_of(scenario).items():
        rows = found.lags[(found.lags["kpi"] == kpi) & (found.lags["lag"] >= 0)]
        own = rows["activity_type"] == kind
        at = own & (rows["lag"] == link.lag)
        truth = np.where(at, link.effect / found.joints[kpi].sigma, 0.0)
        held = (rows["low"] <= truth) & (truth <= rows["high"])
        banded = (rows["band_low"] <= truth) & (truth <= rows["band_high"])
        planted.append(held[at].all())
        others.append(held[~at].mean())
        bands.append(banded[own].all())
    return float(np.mean(planted)), float(np.mean(others)), float(np.mean(bands))


def _mean_row(scenario: Scenario, metric: str, shares: object) -> dict[str, object]:
    values = np.asarray(shares, dtype=np.float64)
    known = values[np.isfinite(values)]
    value, reach = float(known.mean()), _reach(known)
    return {
        "scenario": scenario.name,
        "n_units": scenario.units,
        "n_months": scenario.months,
        "campaign": scenario.campaign,
        "metric": metric,
        "value": value,
        "low": max(0.0, value - reach),
        "high": min(1.0, value + reach),
        "n": len(known),
    }


def _reach(known: Floats) -> float:
    """Half of the 95 % interval over draws; 3/n where no draw differs from the others."""
    if len(known) < 2:
        return np.nan
    return float(1.96 * known.std(ddof=1) / np.sqrt(len(known))) or 3.0 / len(known)
