"""How large each KPI is and how it moves; its meaning is in data/reference/kpi_dictionary.csv."""

from __future__ import annotations

import csv
from dataclasses import dataclass

import numpy as np
import pandas as pd

from pipelines.settings import REFERENCE
from pipelines.simulate.columns import contract_frame
from pipelines.simulate.model import Plan, PlantedLink

DICTIONARY = REFERENCE / "kpi_dictionary.csv"
PLACEBO, INITIATIVE, TRAP = "YW13", "YW09", "YW02"
LINKS = (
    PlantedLink(activity_type="主题党日", kpi_id="YW06", lag=0, effect=0.24),
    PlantedLink(activity_type="谈心谈话", kpi_id="YW05", lag=1, effect=0.26),
    PlantedLink(activity_type="党小组会", kpi_id="YW08", lag=2, effect=0.24),
    PlantedLink(activity_type="党课", kpi_id="YW12", lag=3, effect=0.28),
    PlantedLink(activity_type="党建共建", kpi_id="YW01", lag=5, effect=0.26),
)


@dataclass(frozen=True, kw_only=True)
class KpiProfile:
    """``level``: typical value. ``sd``: noise, in the KPI's unit, or as a share of the level when
    ``relative``. ``spread``: of unit levels, same unit. ``season``: amplitude in ``sd``."""

    level: float
    sd: float
    spread: float
    season: float = 0.6
    peak: int = 11  # calendar month in which the season is highest
    relative: bool = False
    low: float | None = None
    high: float | None = None
    decimals: int = 2
    source: str = "业务系统"
    has_target: bool = True


DEFAULT = KpiProfile(level=85, sd=3, spread=3, low=0, high=100)
PROFILES = {
    "YW01": KpiProfile(
        level=860, sd=0.07, spread=0.35, season=1.2, relative=True, source="财务系统"
    ),
    "YW02": KpiProfile(level=18.5, sd=1.1, spread=1.8, peak=1, low=0, source="财务系统"),
    "YW03": KpiProfile(
        level=3.2e6, sd=0.09, spread=0.5, relative=True, decimals=0, source="财务系统"
    ),
    "YW04": KpiProfile(level=24, sd=0.22, spread=0.3, peak=7, relative=True, decimals=0),
    "YW05": KpiProfile(level=92, sd=1.7, spread=1.3, season=0.4, low=0, high=100),
    "YW06": KpiProfile(
        level=46, sd=0.16, spread=0.35, season=0.9, peak=12, relative=True, decimals=0
    ),
    "YW07": KpiProfile(level=88, sd=1.6, spread=2.2, low=0, high=100, source="第三方测评"),
    "YW08": KpiProfile(level=94.2, sd=1.1, spread=0.9, season=0.5, peak=4, low=0, high=100),
    "YW09": KpiProfile(level=86, sd=4.0, spread=8.0, season=1.0, peak=1, low=0, source="能耗平台"),
    "YW10": KpiProfile(level=35, sd=3.5, spread=4.0, low=0, decimals=1, source="财务系统"),
    "YW11": KpiProfile(level=14, sd=0.25, spread=0.3, peak=9, relative=True, decimals=0),
    "YW12": KpiProfile(level=89, sd=2.0, spread=1.8, season=0.4, peak=10, low=0, high=100),
    "YW13": KpiProfile(
        level=15.5,
        sd=1.2,
        spread=0.6,
        season=9,
        peak=7,
        decimals=1,
        source="气象台",
        has_target=False,
    ),
}


def _extra(number: int) -> dict[str, str]:
    return {
        "kpi_id": f"YW{number:02d}",
        "name": f"专项指标{number}",
        "unit_of_measure": "分",
        "direction": "up",
        "aggregation": "mean",
        "category": "专项",
        "tier": "常规",
        "weight": "1",
        "weight_reason": "专项工作安排",
        "horizon": "显",
        "is_placebo": "false",
        "valid_from": "2020-01-01",
    }


def read_dictionary(kpis: int) -> list[dict[str, str]]:
    """The first ``kpis`` rows of the dictionary, continued by made-up scores where it ends."""
    with DICTIONARY.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))[:kpis]
    return rows + [_extra(number) for number in range(len(rows) + 1, kpis + 1)]


def definitions_frame(plan: Plan) -> pd.DataFrame:
    """The dictionary as a dataset, valid no later than the first month."""
    rows = read_dictionary(plan.kpis)
    columns: dict[str, object] = {
        name: [row.get(name) or None for row in rows] for name in read_dictionary(1)[0]
    }
    for name in ("band_low", "band_high", "weight"):
        columns[name] = np.array([float(v) if v else np.nan for v in columns[name]])
    columns["is_placebo"] = [value == "true" for value in columns["is_placebo"]]
    valid_from = np.array(columns["valid_from"], dtype="datetime64[D]")
    columns["valid_from"] = np.minimum(valid_from, np.datetime64(plan.reported_months[0], "D"))
    return contract_frame("kpi_definitions", columns)


def profile_of(kpi_id: str) -> KpiProfile:
    """The magnitudes of a KPI; scores of about 85 where nothing is said."""
    return PROFILES.get(kpi_id, DEFAULT)
