"""One way of relating every KPI to every activity type, in a process of its own.

``python -m benchmarks.association_jobs WAY SIZE BUDGET ANSWER`` writes what it cost as JSON.
"""

from __future__ import annotations

import json
import random
import sys
import time
import warnings
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from benchmarks.child import measured
from pipelines.analysis.association import analyse
from pipelines.analysis.calibration.panels import Link, Scenario, panel
from pipelines.analysis.panel import fit_within
from pipelines.analysis.prepare import TEST_MONTHS

Floats = NDArray[np.float64]
Fit = Callable[[pd.DataFrame], tuple[float, float]]
MAX_LAG = 12
PRODUCT, WITHIN, STATSMODELS, PYFIXEST = "product", "within", "statsmodels", "pyfixest"
LOOPS = (WITHIN, STATSMODELS, PYFIXEST)


@dataclass(frozen=True, kw_only=True)
class PanelSize:
    """Units × months × activity types × KPIs."""

    units: int
    months: int
    kinds: int
    kpis: int

    @property
    def label(self) -> str:
        """In Chinese: 120 单位 × 36 月 × 8 类 × 13 项."""
        return f"{self.units} 单位 × {self.months} 月 × {self.kinds} 类活动 × {self.kpis} 项指标"

    @property
    def lags(self) -> int:
        """Lags 0 … L as the product takes them."""
        return min(MAX_LAG, self.months - TEST_MONTHS) + 1

    @property
    def fits(self) -> int:
        """Regressions of a loop over pairs and lags."""
        return self.kpis * self.kinds * self.lags


@dataclass(frozen=True, kw_only=True)
class Done:
    """``fits`` done in ``seconds``, peak resident bytes; ``found``: "KPI|type|lag" → (b, se)."""

    fits: int
    seconds: float
    cpu_seconds: float
    peak_bytes: int
    found: dict[str, tuple[float, float]]


def frames(size: PanelSize) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The same made-up panel for every way, with one planted link."""
    scenario = Scenario(
        name=size.label, units=size.units, months=size.months, kpis=size.kpis, kinds=size.kinds,
        links=(Link(kpi=0, kind=0, lag=2, effect=0.2),),
    )  # fmt: skip
    return panel(scenario, 1)


def work(way: str, size: PanelSize, budget: float) -> Done:
    """Do it; a loop stops after ``budget`` seconds and says how many fits it has done."""
    kpis, activities = frames(size)
    found: dict[str, tuple[float, float]] = {}
    fit = _warmed(way, kpis, activities, size)

    def done() -> tuple[dict[str, float], dict[str, int]]:
        if fit is None:
            return {}, {"pairs": len(analyse(kpis, activities, max_lag=MAX_LAG).pairs)}
        stop = time.perf_counter() + budget
        for name, rows in _lagged(kpis, activities, size):
            found[name] = fit(rows)
            if time.perf_counter() > stop:
                break
        return {}, {}

    cost = measured(done)
    return Done(
        fits=size.fits if way == PRODUCT else len(found),
        seconds=cost.seconds,
        cpu_seconds=cost.cpu_seconds,
        peak_bytes=cost.peak_bytes,
        found=found,
    )


def _warmed(way: str, kpis: pd.DataFrame, activities: pd.DataFrame, size: PanelSize) -> Fit | None:
    """The way to fit after one fit that does not count: imports and compilation are behind it."""
    if way == PRODUCT:
        return None
    fit = FITS[way]()
    fit(next(_lagged(kpis, activities, size))[1])
    return fit


def _lagged(
    kpis: pd.DataFrame, activities: pd.DataFrame, size: PanelSize
) -> Iterator[tuple[str, pd.DataFrame]]:
    """Every pair and lag in a fixed shuffled order: name and ``[unit, month, x, y]``.

    All take the months that the longest lag leaves, as a script would for a fair comparison.
    """
    wide = {
        name: part.pivot(index="unit", columns="month", values="value")
        for frame, column in ((kpis, "kpi"), (activities, "activity_type"))
        for name, part in frame.groupby(column)
    }
    todo = [
        (kpi, kind, lag)
        for kpi in sorted(kpis["kpi"].unique())
        for kind in sorted(activities["activity_type"].unique())
        for lag in range(size.lags)
    ]
    random.Random(0).shuffle(todo)
    first = size.lags - 1
    units = np.repeat(np.arange(size.units), size.months - first)
    months = np.tile(np.arange(first, size.months), size.units)
    for kpi, kind, lag in todo:
        y = wide[kpi].to_numpy()[:, first:].ravel()
        x = wide[kind].to_numpy()[:, first - lag : size.months - lag].ravel()
        yield f"{kpi}|{kind}|{lag}", pd.DataFrame({"unit": units, "month": months, "x": x, "y": y})


def _within() -> Fit:
    def fit(rows: pd.DataFrame) -> tuple[float, float]:
        found = fit_within(rows["y"], rows["x"], rows["unit"], rows["month"], rows["unit"])
        return float(found.coef[0]), float(found.se[0])

    return fit


def _statsmodels() -> Fit:
    """Means of units and months taken off first: exact on a complete panel, and far faster than
    dummies. The error factor is then set to count the months, as the others do."""
    from statsmodels.api import OLS

    def fit(rows: pd.DataFrame) -> tuple[float, float]:
        by_unit, by_month = rows.groupby("unit"), rows.groupby("month")
        free = [
            rows[c] - by_unit[c].transform("mean") - by_month[c].transform("mean") + rows[c].mean()
            for c in ("y", "x")
        ]
        found = OLS(free[0].to_numpy(), free[1].to_numpy()).fit(
            cov_type="cluster", cov_kwds={"groups": rows["unit"].to_numpy()}
        )
        n, months = len(rows), rows["month"].nunique()
        return float(found.params[0]), float(found.bse[0] * np.sqrt((n - 1) / (n - months - 1)))

    return fit


def _pyfixest() -> Fit:
    import pyfixest

    def fit(rows: pd.DataFrame) -> tuple[float, float]:
        found = pyfixest.feols("y ~ x | unit + month", rows, vcov={"CRV1": "unit"})
        return float(found.coef().iloc[0]), float(found.se().iloc[0])

    return fit


FITS: dict[str, Callable[[], Fit]] = {
    WITHIN: _within,
    STATSMODELS: _statsmodels,
    PYFIXEST: _pyfixest,
}


def main(arguments: list[str]) -> None:
    """WAY SIZE BUDGET ANSWER."""
    way, size, budget, answer = arguments
    warnings.filterwarnings("ignore", module="pyfixest")
    done = work(way, PanelSize(**json.loads(size)), float(budget))
    Path(answer).write_text(json.dumps(asdict(done)), encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
