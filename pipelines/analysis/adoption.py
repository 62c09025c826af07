"""Units × periods with the period in which each unit adopted: the shape that comparisons take."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pipelines.analysis.arrays import Floats
from pipelines.domain.months import month_from_index, month_index

NEVER = np.iinfo(np.int64).max
COLUMNS = ("unit", "period", "y", "cohort")


@dataclass(frozen=True, kw_only=True)
class AdoptionPanel:
    """``y`` (units, periods) with NaN; ``cohort`` (units,) position of the first treated period.

    NEVER for units that do not adopt. A position may lie outside the periods observed.
    Units are in an order that does not depend on their names, so that draws do not either.
    """

    y: Floats
    cohort: NDArray[np.int64]
    first: int
    in_months: bool

    @property
    def cohorts(self) -> list[int]:
        """Positions at which somebody adopts inside the observed periods."""
        inside = (self.cohort >= 0) & (self.cohort < self.y.shape[1])
        return sorted({int(c) for c in self.cohort[inside]})

    def label(self, position: int) -> int | str:
        """The period at ``position`` as the input named it."""
        index = self.first + position
        return month_from_index(index) if self.in_months else index


def adoption_panel(frame: pd.DataFrame) -> AdoptionPanel:
    """``frame [unit, period, y, cohort]`` as a dense panel.

    ``period`` and ``cohort``: whole numbers or months "2026-03"; a cohort of NaN or None never
    adopts. Raises ValueError for missing columns, two rows of one cell, two cohorts of a unit.
    """
    missing = [name for name in COLUMNS if name not in frame]
    if missing:
        raise ValueError(f"columns are missing: {missing}")
    if frame.empty:
        raise ValueError("the frame has no rows")
    if frame.duplicated(["unit", "period"]).any():
        raise ValueError("a unit has two rows in one period")
    if (frame.groupby("unit")["cohort"].nunique(dropna=False) > 1).any():
        raise ValueError("a unit has two cohorts")
    in_months = isinstance(frame["period"].iloc[0], str)
    periods = _indexes(frame["period"], in_months)
    first, width = int(periods.min()), int(periods.max() - periods.min()) + 1
    codes, units = pd.factorize(frame["unit"])
    y = np.full((len(units), width), np.nan)
    y[codes, periods - first] = frame["y"].to_numpy(np.float64)
    cohort = np.full(len(units), NEVER)
    adopting = frame["cohort"].notna().to_numpy()
    cohort[codes[adopting]] = _indexes(frame["cohort"][adopting], in_months) - first
    order = np.lexsort([*np.nan_to_num(y, nan=np.inf).T, cohort])
    return AdoptionPanel(y=y[order], cohort=cohort[order], first=first, in_months=in_months)


def _indexes(values: pd.Series, in_months: bool) -> NDArray[np.int64]:
    if not in_months:
        return values.to_numpy(np.int64)
    known = {month: month_index(month) for month in values.unique()}
    return values.map(known).to_numpy(np.int64)
