"""False positives, FDR, power, lag recovery and interval coverage of the association."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from pipelines.analysis.association import Analysis, analyse
from pipelines.analysis.calibration.panels import Link, Scenario, name_of, panel

NULLS = (
    Scenario(name="共同季节", units=120, months=36, uneven=0.0),
    Scenario(name="各单位季节反应不同", units=120, months=36),
    Scenario(name="各单位季节反应差别很大", units=200, months=36, uneven=0.8, season=2.0),
    Scenario(name="各单位波动大小不同", units=120, months=36, spread=0.5),
    Scenario(name="指标按比例变化", units=120, months=36, multiplicative=True),
    Scenario(name="20 个单位", units=20, months=36),
    Scenario(name="20 个月", units=120, months=20),
)
LINKS = (
    Link(kpi=0, kind=0, lag=0, effect=0.2),
    Link(kpi=1, kind=1, lag=3, effect=0.2),
    Link(kpi=2, kind=2, lag=6, effect=0.2),
    Link(kpi=3, kind=3, lag=1, effect=0.2),
)
PLANTED = Scenario(name="20 项指标 × 5 类活动，4 条真关联", units=150, months=40, kpis=20, kinds=5,
                   links=LINKS)  # fmt: skip
LEVELS = (0.05, 0.10)


def calibrate_nulls(
    draws: int, *, seed: int = 0, scenarios: tuple[Scenario, ...] = NULLS
) -> pd.DataFrame:
    """Share of pairs with p ≤ .05 and .10 where nothing is planted.

    ``[scenario, n_units, n_months, metric, value, low, high, n]``; ``low``, ``high``: 95 % of the
    share over draws, pairs of one draw taken together.
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


def calibrate_planted(draws: int, *, seed: int = 0, scenario: Scenario = PLANTED) -> pd.DataFrame:
    """FDR and power at q ≤ .10 and .05, windows that cover the planted lag, interval coverage."""
    found = [analyse(*panel(scenario, seed + at), seed=at) for at in range(draws)]
    rows = []
    for level in LEVELS:
        marks = np.array([_claims(each, scenario, level) for each in found])
        texts = ("中错的比例（FDR）", "找到的真关联比例", "时窗口含真滞后的比例")
        for at, text in enumerate(texts):
            rows.append(_mean_row(scenario, f"q ≤ {level:.2f} {text}", marks[:, at]))
    rows.append(_mean_row(scenario, "真滞后处 95% 区间含真值的比例",
                          [_coverage(each, scenario, band=False) for each in found]))  # fmt: skip
    rows.append(_mean_row(scenario, "整条曲线在 95% 同时区间内的比例",
                          [_coverage(each, scenario, band=True) for each in found]))  # fmt: skip
    return pd.DataFrame(rows)


def smaller(scenario: Scenario, **sizes: int) -> Scenario:
    """The same scenario at other sizes, for quick runs."""
    return replace(scenario, **sizes)


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


def _coverage(found: Analysis, scenario: Scenario, *, band: bool) -> float:
    """Share of planted pairs whose interval holds the true effect, in σ_w per SD of activity."""
    inside = []
    for (kpi, kind), link in _pairs_of(scenario).items():
        joint = found.joints[kpi]
        own = (found.lags["kpi"] == kpi) & (found.lags["activity_type"] == kind)
        rows = found.lags[own & (found.lags["lag"] >= 0)]
        truth = np.where(rows["lag"] == link.lag, link.effect / joint.sigma, 0.0)
        low, high = (rows["band_low"], rows["band_high"]) if band else (rows["low"], rows["high"])
        held = (low <= truth) & (truth <= high)
        inside.append(held.all() if band else held[rows["lag"] == link.lag].all())
    return float(np.mean(inside))


def _mean_row(scenario: Scenario, metric: str, shares: object) -> dict[str, object]:
    values = np.asarray(shares, dtype=np.float64)
    known = values[np.isfinite(values)]
    se = known.std(ddof=1) / np.sqrt(len(known)) if len(known) > 1 else np.nan
    return {
        "scenario": scenario.name,
        "n_units": scenario.units,
        "n_months": scenario.months,
        "metric": metric,
        "value": float(known.mean()),
        "low": max(0.0, float(known.mean() - 1.96 * se)),
        "high": min(1.0, float(known.mean() + 1.96 * se)),
        "n": len(known),
    }
