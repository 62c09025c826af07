"""The 潜绩 axis of a build as a kept run: joint fits, evidence and validity of all stocks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

import pandas as pd

from pipelines import queries
from pipelines.analysis.latent_fits import LatentFits, latent_fits
from pipelines.analysis_runs import Outcome, Parameter, RunKey
from pipelines.associations import READ, fits_kept, inputs, joint_fits, whole_scope
from pipelines.progress import Progress, after
from pipelines.warehouse import Mart

NAME = "latent"


@dataclass(frozen=True, kw_only=True)
class Latent(LatentFits):
    """What a run found; ``reach``: months ahead that a stock looks."""

    reach: int


def latent_key(build_id: str, months: pd.Series, *, reach: int) -> RunKey:
    """The run over all ``months`` ("2026-03") and units of a build; ``reach`` in months."""
    settings: dict[str, Parameter] = {
        "first_month": str(months.min()),
        "last_month": str(months.max()),
        "reach": reach,
    }
    return RunKey.of(build_id, NAME, settings)


def compute(mart: Mart, key: RunKey, progress: Progress) -> Outcome:
    """``latent_fits`` of the build; placebo KPIs have no stock and stay out."""
    settings = dict(key.settings)
    progress("读取指标、活动和在岗人数", 0.0)
    months = pd.Series([settings["first_month"], settings["last_month"]])
    kpis, activities = inputs(mart, whole_scope(months))
    dictionary = queries.run(mart, "kpis")
    placebo = dictionary.loc[dictionary["is_placebo"].fillna(False).astype(bool), "kpi_id"]
    found = latent_fits(
        kpis[~kpis["kpi"].isin(placebo)],
        activities,
        heads_of(queries.run(mart, "latent_heads")),
        max_lag=int(cast(int, settings["reach"])),
        progress=after(READ, progress),
    )
    arrays, joints = fits_kept(found.fits)
    return Outcome(
        frames={"evidence": found.evidence, "validity": found.validity, "thin": found.thin},
        arrays=arrays,
        facts={"seed": key.seed, "looks": found.looks, "joints": joints},
    )


def heads_of(staff: pd.DataFrame) -> pd.DataFrame:
    """``[unit, month, value]``, people on duty, from ``[unit_id, month, staff]``."""
    return staff.rename(columns={"unit_id": "unit", "staff": "value"})[["unit", "month", "value"]]


def latent_of(outcome: Outcome, key: RunKey) -> Latent:
    """The kept run read back."""
    return Latent(
        fits=joint_fits(outcome),
        evidence=outcome.frames["evidence"],
        validity=outcome.frames["validity"],
        thin=outcome.frames["thin"],
        looks=int(cast(int, outcome.facts["looks"])),
        reach=int(cast(int, dict(key.settings)["reach"])),
    )
