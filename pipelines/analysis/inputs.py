"""From figures as reported to the long frames that the analyses take."""

from __future__ import annotations

import numpy as np
import pandas as pd


def signed_kpis(figures: pd.DataFrame, definitions: pd.DataFrame) -> pd.DataFrame:
    """``[unit, month, kpi, value]`` in which more is better.

    ``figures [unit_id, kpi_id, month, actual, direction]``, ``definitions [kpi_id, band_low,
    band_high]``. up: as reported; down: negative; band: minus the distance to the band, missing
    when the band is not defined. Figures of an unknown direction stay out.
    """
    limits = definitions.drop_duplicates("kpi_id").set_index("kpi_id")
    at, kpis = pd.factorize(figures["kpi_id"], use_na_sentinel=False)  # each is looked up once
    low, high = limits.reindex(kpis)[["band_low", "band_high"]].to_numpy(np.float64)[at].T
    actual = figures["actual"].astype(float)
    # np.maximum keeps NaN: no band, no value.
    outside = np.maximum(np.maximum(low - actual, actual - high), 0.0)
    direction = figures["direction"]
    value = np.select(
        [direction == "up", direction == "down", direction == "band"],
        [actual, -actual, -outside],
        default=np.nan,
    )
    long = pd.DataFrame(
        {
            "unit": figures["unit_id"],
            "month": figures["month"],
            "kpi": figures["kpi_id"],
            "value": value,
        }
    )
    return long.dropna(ignore_index=True)


def activity_values(activities: pd.DataFrame) -> pd.DataFrame:
    """``[unit, month, activity_type, value]`` from activity_unit_month; value = activities."""
    renamed = activities.rename(columns={"unit_id": "unit", "activity_count": "value"})
    return renamed[["unit", "month", "activity_type", "value"]]
