"""The whole demo organisation from sizes and a seed."""

from __future__ import annotations

import numpy as np
import pandas as pd

from pipelines.simulate.claims import build_claims
from pipelines.simulate.columns import plain_frame, taken
from pipelines.simulate.counts import build_counts
from pipelines.simulate.followup import build_actions, build_carriers, build_steps, build_tasks
from pipelines.simulate.happenings import build_inspections, events_frame
from pipelines.simulate.kpis import LINKS, PLACEBO, definitions_frame
from pipelines.simulate.meetings import build_admin_meetings
from pipelines.simulate.model import Organisation, Plan, Truth
from pipelines.simulate.records import Records, build_records
from pipelines.simulate.results import Results, build_results
from pipelines.simulate.scores import build_scores
from pipelines.simulate.structure import (
    Structure,
    bridge_frame,
    build_structure,
    headcounts_frame,
    units_frame,
)
from pipelines.simulate.surveys import TRUTH as SURVEY_TRUTH
from pipelines.simulate.surveys import surveys_frame


def simulate(
    *,
    units: int = 120,
    months: int = 36,
    kpis: int = 13,
    activities_per_unit_month: float = 5.0,
    last_month: str = "2026-10",
    seed: int = 2026,
) -> Organisation:
    """Frames of the datasets and the truth planted in them; same arguments, same data.

    Raises ValueError for sizes below 8 units, 6 months or 13 KPIs.
    """
    plan = Plan(
        units=units,
        months=months,
        kpis=kpis,
        activities_per_unit_month=activities_per_unit_month,
        last_month=last_month,
        seed=seed,
    )
    structure = build_structure(plan)
    inspections = build_inspections(plan, structure)
    counts = build_counts(plan, structure, inspections)
    records = build_records(plan, structure, counts, inspections)
    results = build_results(plan, structure, counts)
    meetings, merged = build_admin_meetings(plan, structure, records)
    promised, outcomes = build_claims(plan, structure, results.initiative)
    scores, vetoes = build_scores(plan, structure)
    frames = {
        "units": units_frame(plan, structure),
        "unit_bridge": bridge_frame(plan, structure),
        "headcounts": headcounts_frame(plan, structure),
        "kpi_values": results.frame,
        "activities": records.frame,
        "admin_meetings": meetings,
        "actions": build_actions(plan, structure, records.frame),
        "latent_claims": promised,
        "events": events_frame(plan, structure, inspections),
        "scores": scores,
        "survey_counts": surveys_frame(plan),
        **_work_frames(plan, structure, results),
    }
    truth = _truth(plan, structure, records, results, merged, outcomes, vetoes)
    return Organisation(plan=plan, frames=frames, truth=truth)


def _work_frames(plan: Plan, structure: Structure, results: Results) -> dict[str, pd.DataFrame]:
    """The frames that refer to KPIs: their definitions, tasks with steps, carriers."""
    definitions = definitions_frame(plan)
    served = definitions.loc[~definitions["is_placebo"], "kpi_id"].tolist()
    tasks = build_tasks(plan, structure, served)
    planted = (results.initiative, results.trap)
    return {
        "kpi_definitions": definitions,
        "key_tasks": tasks,
        "task_steps": build_steps(plan, tasks),
        "carriers": build_carriers(plan, structure, served, planted),
    }


def _truth(
    plan: Plan,
    structure: Structure,
    records: Records,
    results: Results,
    merged: pd.DataFrame,
    outcomes: pd.DataFrame,
    vetoes: pd.DataFrame,
) -> Truth:
    late = np.flatnonzero(structure.founded)
    founded = {
        "unit": taken(structure.unit_ids, late),
        "month": taken(plan.all_months, structure.founded[late]),
    }
    return Truth(
        links=LINKS,
        placebo_kpi_id=PLACEBO,
        initiative=results.initiative,
        trap=results.trap,
        survey=SURVEY_TRUTH,
        late_records=records.late,
        misdated_records=records.misdated,
        bursts=records.bursts,
        near_duplicates=records.near_duplicates,
        merged_meetings=merged,
        activity_kpis=records.kpis,
        missing_unit_months=results.missing,
        late_founded=plain_frame(founded),
        claim_outcomes=outcomes,
        vetoes=vetoes,
    )
