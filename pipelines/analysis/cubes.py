"""Long frames to dense cubes: series × units × months, missing kept apart from zero."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pipelines.analysis.arrays import Floats
from pipelines.domain.months import month_from_index, month_index


@dataclass(frozen=True, kw_only=True)
class Axes:
    """The units and the consecutive months that both cubes share."""

    units: tuple[str, ...]
    first: int
    months: int

    def month(self, position: int) -> str:
        return month_from_index(self.first + position)


def shared_axes(*frames: pd.DataFrame) -> Axes:
    """Units and months of long frames ``[unit, month, …]`` together; months without a gap."""
    units = sorted(set().union(*(f["unit"].unique() for f in frames)))
    indexes = [month_index(m) for f in frames for m in f["month"].unique()]
    if not indexes:
        return Axes(units=tuple(units), first=0, months=0)
    first = min(indexes)
    return Axes(units=tuple(units), first=first, months=max(indexes) - first + 1)


def value_cube(frame: pd.DataFrame, series: str, axes: Axes) -> tuple[list[str], Floats]:
    """``frame [unit, month, series, value]`` as (series, units, months), NaN without a record.

    Several rows of one cell are added up.
    """
    names = sorted(frame[series].unique())
    shape = (len(names), len(axes.units), axes.months)
    known = frame.dropna(subset=["value"])
    months = {each: month_index(each) - axes.first for each in known["month"].unique()}
    cells = np.ravel_multi_index(
        (
            _positions(known[series], {each: at for at, each in enumerate(names)}),
            _positions(known["unit"], {each: at for at, each in enumerate(axes.units)}),
            _positions(known["month"], months),
        ),
        shape,
    )
    values, size = known["value"].to_numpy(np.float64), int(np.prod(shape))
    total = np.bincount(cells, weights=values, minlength=size)
    held = np.bincount(cells, minlength=size) > 0
    return names, np.where(held, total, np.nan).reshape(shape)


def activity_cube(frame: pd.DataFrame, series: str, axes: Axes) -> tuple[list[str], Floats]:
    """As value_cube, with 0 in months without a record inside a unit's span.

    The span runs from a unit's first to its last month with any activity record; outside it a
    unit may not have existed or not have reported, so the cell is missing and never 0.
    """
    names, cube = value_cube(frame, series, axes)
    if not names:
        return names, cube
    reported = np.isfinite(cube).any(axis=0)
    begun = np.logical_or.accumulate(reported, axis=1)
    not_over = np.logical_or.accumulate(reported[:, ::-1], axis=1)[:, ::-1]
    return names, np.where(begun & not_over, np.nan_to_num(cube), np.nan)


def _positions(labels: pd.Series, places: dict[str, int]) -> NDArray[np.int64]:
    """The place of every label; each distinct label is looked up once."""
    codes, distinct = pd.factorize(labels)
    return np.array([places[each] for each in distinct], dtype=np.int64)[codes]
