"""Initiatives on panels whose truth is known: false positives, power, coverage."""

from __future__ import annotations

from collections.abc import Sequence
from math import sqrt

import numpy as np
import pandas as pd
from scipy.special import ndtri, stdtr

from pipelines.analysis.adjusted import ancova_of, stacks_of
from pipelines.analysis.adoption import adoption_panel
from pipelines.analysis.initiative import CLEAR, behind_gates, event_times
from pipelines.analysis.panel import fit_within

UNITS, MONTHS, START = 60, 24, 12
ADOPTERS = (1, 3, 10)
EFFECT = 1.0  # in SD of the noise
RHO, PERMUTATIONS, BAND_DRAWS = 0.3, 199, 199
PICKED = {
    "random": "",
    "after_bad_quarter": "seen",
    "after_bad_quarter_unseen": "unseen",
    "planted": "",
}
COLUMNS = ["scenario", "n_units", "n_adopters", "metric", "value", "low", "high"]


def panel_frame(
    rng: np.random.Generator,
    *,
    units: int,
    adopters: int,
    effect: float = 0.0,
    starts: Sequence[int] = (START,),
    picked: str = "",
) -> pd.DataFrame:
    """``[unit, period, y, cohort]``: unit level, AR(.3) noise of SD 1, season of unequal strength.

    ``effect`` from adoption on, in SD of the noise. ``picked``: "seen" takes the units whose
    figures of the three periods before the first start were furthest below their own earlier
    ones; "unseen" those whose noise was lowest, which no figure shows; else a lot decides.
    """
    noise = np.empty((units, MONTHS))
    noise[:, 0] = rng.standard_normal(units)
    for t in range(1, MONTHS):
        noise[:, t] = RHO * noise[:, t - 1] + sqrt(1 - RHO**2) * rng.standard_normal(units)
    season = rng.lognormal(0, 0.3, (units, 1)) * np.sin(2 * np.pi * np.arange(MONTHS) / 12)
    y = rng.normal(0, 2, (units, 1)) + season + noise
    begin = starts[0]
    quarter = (noise if picked == "unseen" else y)[:, begin - 3 : begin].mean(axis=1)
    if picked == "seen":
        quarter = quarter - y[:, : begin - 3].mean(axis=1)
    chosen = np.argsort(quarter)[:adopters] if picked else rng.permutation(units)[:adopters]
    cohort = np.full(units, np.nan)
    cohort[chosen] = np.array(starts)[np.arange(adopters) % len(starts)]
    y = y + effect * (np.arange(MONTHS)[None, :] >= cohort[:, None])
    return pd.DataFrame(
        {
            "unit": np.repeat(np.arange(units), MONTHS),
            "period": np.tile(np.arange(MONTHS), units),
            "y": y.ravel(),
            "cohort": np.repeat(cohort, MONTHS),
        }
    )


def calibrate_initiative(draws: int, seed: int) -> pd.DataFrame:
    """``[scenario, n_units, n_adopters, metric, value, low, high]``; rates with Wilson intervals.

    Per scenario and number of adopters ``draws`` panels of 60 units × 24 months. Null:
    random; after_bad_quarter (by the figures); after_bad_quarter_unseen (by what no figure
    shows: no adjustment can undo it, the gates have to catch it); planted: one SD on units
    chosen by lot. ``…_told``: the share of which the page would state a difference.
    """
    rows = []
    for scenario, picked in PICKED.items():
        for adopters in ADOPTERS:
            rng = np.random.default_rng([seed, len(rows)])
            for metric, hits in _hits(rng, scenario, picked, adopters, draws).items():
                rate = sum(hits) / draws
                rows.append((scenario, UNITS, adopters, metric, rate, *_wilson(rate, draws)))
    return pd.DataFrame(rows, columns=COLUMNS)


def _hits(
    rng: np.random.Generator, scenario: str, picked: str, adopters: int, draws: int
) -> dict[str, list[bool]]:
    effect = EFFECT if scenario == "planted" else 0.0
    word = "power" if effect else "false_positive"
    hits: dict[str, list[bool]] = {}
    for number in range(draws):
        frame = panel_frame(rng, units=UNITS, adopters=adopters, effect=effect, picked=picked)
        panel = adoption_panel(frame)
        found = ancova_of(panel, draws=PERMUTATIONS, seed=number)
        hits.setdefault(f"{word}_ancova", []).append(found.p <= 0.05)
        hits.setdefault(f"{word}_naive", []).append(naive_p(frame) <= 0.05)
        told = behind_gates(found, stacks_of(panel), draws=PERMUTATIONS, seed=number)
        hits.setdefault(f"{word}_told", []).append(told.state == CLEAR)
        hits.setdefault("coverage_interval", []).append(found.low <= effect <= found.high)
        if adopters > 1 and scenario == "random":
            band = event_times(frame, draws=BAND_DRAWS, seed=number)
            covered = (band["low"] <= 1e-9) & (band["high"] >= -1e-9)
            hits.setdefault("coverage_band", []).append(bool(covered.all()))
    return hits


def naive_p(frame: pd.DataFrame) -> float:
    """Two-way differences in differences with errors clustered by unit: what is usually done."""
    treated = (frame["period"] >= frame["cohort"]).to_numpy(np.float64)
    fit = fit_within(frame["y"], treated, frame["unit"], frame["period"], frame["unit"])
    return 2 * float(stdtr(fit.dof, -abs(fit.coef[0] / fit.se[0])))


def _wilson(rate: float, n: int) -> tuple[float, float]:
    z = float(ndtri(0.975))
    middle = (rate + z * z / (2 * n)) / (1 + z * z / n)
    reach = z / (1 + z * z / n) * sqrt(rate * (1 - rate) / n + z * z / (4 * n * n))
    return middle - reach, middle + reach
