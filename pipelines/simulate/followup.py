"""Key tasks with their steps, carriers, and the follow-up list of actions."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from pipelines.simulate.columns import contract_frame, joined, numbered, taken
from pipelines.simulate.model import BURN_IN, Initiative, Plan
from pipelines.simulate.structure import Structure
from pipelines.simulate.words import (
    ISSUES,
    MEASURES,
    POSTS,
    SOURCES,
    STEPS,
    TASK_ENDINGS,
    TOPICS,
)

MADE_IN_ACTIVITIES = ("决议", "承诺")
DUE_WORDS = ("长期坚持", "立行立改", "持续整改")
ACTIONS_PER_UNIT, TASKS_PER_UNIT = 4, 0.5
OTHER_CARRIERS = (
    ("责任区", "党员责任区"),
    ("示范岗", "党员示范岗"),
    ("联系点", "支部联系点"),
    ("践诺", "承诺践诺"),
)
SUBJECTS = tuple(each[0] for each in TOPICS[:10])


def _start_days(plan: Plan, rng: np.random.Generator, size: int) -> np.ndarray:
    """Days in the reported months, every unit already founded by then or not: work is planned."""
    first = plan.month_starts[BURN_IN]
    return first + rng.integers(0, int((plan.end - first).astype(int)), size)


def _old_units(rng: np.random.Generator, structure: Structure, size: int) -> np.ndarray:
    return rng.choice(np.flatnonzero(structure.founded == 0), size)


def build_tasks(plan: Plan, structure: Structure, kpi_ids: list[str]) -> pd.DataFrame:
    """About one key task for two units, each with the KPI that it serves."""
    rng = plan.rng("tasks")
    size = max(4, round(TASKS_PER_UNIT * plan.units))
    start = np.sort(_start_days(plan, rng, size))
    due = start + rng.integers(90, 300, size)
    closed = (due < plan.end) & (rng.random(size) < 0.85)
    endings = [subject + ending for subject in SUBJECTS for ending in TASK_ENDINGS]
    unit = _old_units(rng, structure, size)
    return contract_frame(
        "key_tasks",
        {
            "task_id": numbered("RW", np.arange(1, size + 1), 4),
            "name": joined(
                taken(structure.short_names, unit),
                taken(endings, rng.integers(0, len(endings), size)),
            ),
            "unit": taken(structure.unit_ids, unit),
            "kpi": taken(kpi_ids, rng.integers(0, len(kpi_ids), size)),
            "start_on": start,
            "due_on": due,
            "status": taken(("open", "closed"), closed.astype(int)),
        },
    )


def build_steps(plan: Plan, tasks: pd.DataFrame) -> pd.DataFrame:
    """Every step on both sides; the party step comes some days after, or not at all."""
    rng, size, steps = plan.rng("steps"), len(tasks), len(STEPS)
    start = tasks["start_on"].to_numpy("datetime64[D]")
    length = (tasks["due_on"].to_numpy("datetime64[D]") - start).astype(np.int64)
    planned = length[:, None] * np.linspace(0.05, 0.9, steps)[None, :]
    business = start[:, None] + planned.astype(np.int64)
    party = business + rng.poisson(9, (size, steps)) - 3
    done = np.stack([business, party], axis=2)
    skipped = (rng.random(done.shape) < (0.02, 0.22)) | (done >= plan.end)
    done[skipped] = np.datetime64("NaT")
    task, step, side = np.unravel_index(np.arange(done.size), done.shape)
    return contract_frame(
        "task_steps",
        {
            "task_id": taken(tasks["task_id"].tolist(), task),
            "step": taken(STEPS, step),
            "side": taken(("business", "party"), side),
            "done_on": done.ravel(),
        },
    )


def _adopted_rows(plan: Plan, each: Initiative) -> pd.DataFrame:
    start = each.adopters["month"].to_numpy("datetime64[M]").astype("datetime64[D]")
    rng = plan.rng(each.name)
    size = len(each.adopters)
    trigger = "上季度指标排在后段" if each.effect == 0 else "年度节能任务安排"
    return contract_frame(
        "carriers",
        {
            "carrier_id": each.adopters["carrier_id"].tolist(),
            "kind": [each.kind] * size,
            "unit": each.adopters["unit"].tolist(),
            "name": [each.name] * size,
            "kpi": [each.kpi_id] * size,
            "start_on": start,
            "trigger": [trigger] * size,
            "member_count": rng.integers(5, 25, size),
        },
    )


def build_carriers(
    plan: Plan, structure: Structure, kpi_ids: list[str], planted: tuple[Initiative, ...]
) -> pd.DataFrame:
    """The planted initiatives first, then ordinary carriers without any effect."""
    rng = plan.rng("carriers")
    first = 1 + sum(len(each.adopters) for each in planted)
    size = max(4, round(0.4 * plan.units))
    kind, served = rng.integers(0, len(OTHER_CARRIERS), size), rng.random(size) < 0.6
    others = contract_frame(
        "carriers",
        {
            "carrier_id": numbered("ZT", np.arange(first, first + size), 4),
            "kind": taken([each[0] for each in OTHER_CARRIERS], kind),
            "unit": taken(structure.unit_ids, _old_units(rng, structure, size)),
            "name": taken([each[1] for each in OTHER_CARRIERS], kind),
            "kpi": taken(kpi_ids, rng.integers(0, len(kpi_ids), size), keep=served),
            "start_on": _start_days(plan, rng, size),
            "trigger": taken(("年度安排", "岗位需要"), rng.integers(0, 2, size)),
            "member_count": rng.integers(2, 16, size),
        },
    )
    frames = [*(_adopted_rows(plan, each) for each in planted), others]
    return pd.concat(frames, ignore_index=True)


def _spelled_days(days: np.ndarray, way: np.ndarray) -> pa.Array:
    """Days as people write them: 2026-03-05, 2026/3/5 or 2026年3月5日."""
    known, index = np.unique(days, return_inverse=True)
    pool = [
        text
        for year, month, day in ((d.year, d.month, d.day) for d in known.tolist())
        for text in (
            f"{year}-{month:02d}-{day:02d}",
            f"{year}/{month}/{day}",
            f"{year}年{month}月{day}日",
        )
    ]
    return taken(pool, index * 3 + way)


def build_actions(plan: Plan, structure: Structure, activities: pd.DataFrame) -> pd.DataFrame:
    """Decisions, rectification and promises; one due cell in five holds a word, not a date. Of the
    decisions and promises most name the activity that they were made in."""
    rng = plan.rng("actions")
    size = ACTIONS_PER_UNIT * plan.units
    opened = np.sort(_start_days(plan, rng, size))
    due = opened + rng.integers(20, 150, size)
    worded = rng.random(size) < 0.2
    closed_on = due + rng.integers(-25, 30, size)
    closed = (closed_on < plan.end) & (rng.random(size) < np.where(worded, 0.3, 0.85))
    spelled = _spelled_days(due, rng.integers(0, 3, size))
    words = taken(DUE_WORDS, rng.integers(0, len(DUE_WORDS), size))
    issues = [issue.format(subject) for issue in ISSUES for subject in SUBJECTS]
    post = taken(POSTS, rng.integers(0, len(POSTS), size))
    kind = rng.integers(0, len(SOURCES), size)
    unit = _old_units(rng, structure, size)
    held = np.isin(kind, [SOURCES.index(each) for each in MADE_IN_ACTIVITIES])
    named = held & (plan.rng("action_sources").random(size) < 0.7)
    return contract_frame(
        "actions",
        {
            "action_id": numbered("DB", np.arange(1, size + 1), 5),
            "source_kind": taken(SOURCES, kind),
            "source_id": np.where(
                named, _activity_before(structure, activities, unit, opened), None
            ),
            "unit": taken(structure.unit_ids, unit),
            "text": taken(issues, rng.integers(0, len(issues), size)),
            "owner_post": post,
            "measure": taken(MEASURES, rng.integers(0, len(MEASURES), size)),
            "due_raw": pc.if_else(pa.array(worded), words, spelled),
            "due_on": np.where(worded, np.datetime64("NaT"), due),
            "status": taken(("open", "closed"), closed.astype(int)),
            "closed_on": np.where(closed, closed_on, np.datetime64("NaT")),
            "verified_by_post": taken(["督办岗"], np.zeros(size, dtype=int), keep=closed),
            "reopened": closed & (rng.random(size) < 0.06),
        },
    )


def _activity_before(
    structure: Structure, activities: pd.DataFrame, unit: np.ndarray, opened: np.ndarray
) -> np.ndarray:
    """The last activity that reached each unit a week to seven weeks before it opened an item."""
    reached = pd.DataFrame(
        {
            "branch": structure.branch_ids[structure.bridge_branch],
            "reached": structure.bridge_unit,
        }
    )
    held = activities[["record_id", "unit", "start_at"]].merge(
        reached, left_on="unit", right_on="branch"
    )
    opening = pd.DataFrame({"reached": unit, "start_at": opened - np.timedelta64(7, "D")})
    opening["start_at"] = opening["start_at"].astype(held["start_at"].dtype)
    found = pd.merge_asof(
        opening,
        held.sort_values(["start_at", "record_id"])[["record_id", "reached", "start_at"]],
        on="start_at",
        by="reached",
        tolerance=pd.Timedelta(days=42),
    )["record_id"]
    return found.astype(object).where(found.notna(), None).to_numpy()
