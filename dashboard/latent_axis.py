"""The latent axis of the open build: stock beside attainment, and the check of that stock."""

from __future__ import annotations

import pandas as pd

from dashboard import data
from pipelines.analysis.inputs import activity_values
from pipelines.analysis.scenario import Validity, activity_stock, stock_validity


def positions(half_life: int) -> pd.DataFrame:
    """attainment_unit_month with ``stock`` of the same unit and month; computed once per build."""
    return data.memo("positions", lambda: _positions(half_life), half_life=half_life)


def validity(half_life: int) -> Validity:
    """Whether that stock went with attainment afterwards; computed once per build."""
    return data.memo("validity", lambda: _validity(half_life), half_life=half_life)


def _positions(half_life: int) -> pd.DataFrame:
    index = data.query("attainment_unit_month")
    stock = activity_stock(
        activity_values(data.query("activity_unit_month")),
        half_life_months=half_life,
        months=sorted(index["month"].unique()),
    )
    return index.merge(
        stock.rename(columns={"unit": "unit_id"}), on=["unit_id", "month"], how="left"
    )


def _validity(half_life: int) -> Validity:
    held = positions(half_life).rename(columns={"unit_id": "unit", "attainment_rate": "value"})
    return stock_validity(
        held[["unit", "month", "stock"]].dropna(), held[["unit", "month", "value"]]
    )
