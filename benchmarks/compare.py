"""Whether a baseline came to the same tables as the mart."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from pipelines.queries import Mart, open_mart
from pipelines.settings import Settings

TOLERANCE = 1e-9  # absolute up to 1, relative above
KEYS = {
    "kpi_unit_month": ("unit_id", "kpi_id", "month"),
    "attainment_unit_month": ("unit_id", "month"),
    "kpi_month": ("kpi_id", "month"),
    "activity_unit_month": ("unit_id", "month", "activity_type"),
}
FIGURES = {
    "kpi_unit_month": ("actual", "target", "attainment_rate", "weight"),
    "attainment_unit_month": ("attainment_rate", "kpi_count", "met_kpi_count"),
    "kpi_month": ("unit_count", "met_unit_count", "actual", "target", "attainment_rate"),
    "activity_unit_month": ("activity_count", "participant_count", "late_count"),
}


def differences(settings: Settings, results: Path) -> dict[str, int]:
    """Rows by table that only one side has or whose figures differ; {} when all is equal."""
    mart = open_mart(settings)
    try:
        found = {name: _differing(mart, name, results / f"{name}.parquet") for name in KEYS}
    finally:
        mart.close()
    return {name: count for name, count in found.items() if count}


def _differing(mart: Mart, name: str, path: Path) -> int:
    keys, figures = list(KEYS[name]), list(FIGURES[name])
    ours = mart.frame(f"from mart.{name}")[keys + figures]
    theirs = pd.read_parquet(path, columns=keys + figures)
    both = ours.merge(theirs, on=keys, how="outer", suffixes=("", "_other"), indicator=True)
    differs = (both["_merge"] != "both").to_numpy()
    for figure in figures:
        differs = differs | ~_close(both[figure], both[f"{figure}_other"])
    return int(differs.sum())


def _close(left: pd.Series, right: pd.Series) -> np.ndarray:
    a, b = left.to_numpy(float, na_value=np.nan), right.to_numpy(float, na_value=np.nan)
    return np.isclose(a, b, rtol=TOLERANCE, atol=TOLERANCE, equal_nan=True)
