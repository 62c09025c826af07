"""The latent axis of the open build: kept estimates per hundred people, and the scenario."""

from __future__ import annotations

from dataclasses import dataclass, field

import pandas as pd

from dashboard import data
from dashboard.positions import TRAIL_MONTHS
from pipelines.analysis.axis import stock_axis
from pipelines.analysis.inputs import activity_values
from pipelines.analysis.latent_fits import level_of
from pipelines.analysis.scenario import activity_stock, stock_validity
from pipelines.analysis.validity import Validity
from pipelines.analysis_runs import RunKey
from pipelines.domain.months import month_range, shift
from pipelines.latent_runs import Latent, heads_of, latent_key


@dataclass(frozen=True, kw_only=True)
class Choice:
    """A stock that a reader looks at: of one KPI, from one activity type ('*': all)."""

    kpi: str
    source: str


@dataclass(frozen=True, kw_only=True)
class Axis:
    """``positions [unit_id, unit_name, month, attainment_rate, stock, low, high, heads]`` of up to
    12 months; in the last month ``without_heads`` and ``without_past`` name the units left out."""

    positions: pd.DataFrame = field(repr=False)
    without_heads: tuple[str, ...]
    without_past: tuple[str, ...]


def run_key(reach: int) -> RunKey:
    """The kept run of the open build."""
    return latent_key(str(data.build_id()), data.query("months")["month"], reach=reach)


def activities() -> pd.DataFrame:
    """Activities as they reach administrative units, ``[unit, month, activity_type, value]``."""
    return activity_values(data.query("activity_unit_month"))


def estimated(found: Latent, choice: Choice, month: str) -> Axis:
    """The axis up to ``month``; computed once per build and choice."""
    return data.memo(
        "latent_axis",
        lambda: _estimated(found, choice, month),
        kpi=choice.kpi,
        source=choice.source,
        reach=found.reach,
        month=month,
    )


def _estimated(found: Latent, choice: Choice, month: str) -> Axis:
    index = data.query("attainment_unit_month")
    heads = heads_of(data.query("latent_heads"))
    stocks = stock_axis(
        found.fits[choice.kpi],
        activities(),
        heads,
        months=tuple(month_range(shift(month, 1 - TRAIL_MONTHS), month)),
        source=choice.source,
        level=level_of(1),
    )
    both = index.merge(stocks.rename(columns={"unit": "unit_id"}), on=["unit_id", "month"])
    now = index[index["month"] == month].set_index("unit_id")["unit_name"]
    counted = now.index.isin(heads.loc[heads["month"] == month, "unit"])
    placed = now.index.isin(both.loc[both["month"] == month, "unit_id"])
    return Axis(
        positions=both,
        without_heads=tuple(now[~counted].sort_values()),
        without_past=tuple(now[counted & ~placed].sort_values()),
    )


def positions(half_life: int) -> pd.DataFrame:
    """attainment_unit_month with the scenario's ``stock``; computed once per build."""
    return data.memo("positions", lambda: _positions(half_life), half_life=half_life)


def scenario_validity(half_life: int) -> Validity:
    """Whether the scenario's stock went with attainment afterwards; computed once per build."""
    return data.memo("validity", lambda: _validity(half_life), half_life=half_life)


def _positions(half_life: int) -> pd.DataFrame:
    index = data.query("attainment_unit_month")
    stock = activity_stock(
        activities(), half_life_months=half_life, months=sorted(index["month"].unique())
    )
    return index.merge(
        stock.rename(columns={"unit": "unit_id"}), on=["unit_id", "month"], how="left"
    )


def _validity(half_life: int) -> Validity:
    held = positions(half_life).rename(columns={"unit_id": "unit", "attainment_rate": "value"})
    return stock_validity(
        held[["unit", "month", "stock"]].dropna(), held[["unit", "month", "value"]]
    )
