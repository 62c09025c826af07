"""Activity records from counts: when, where, how many, what was written, and when recorded."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
import pyarrow as pa

from pipelines.simulate.columns import contract_frame, numbered, plain_frame, taken
from pipelines.simulate.counts import BURST_DAYS, TYPES, Counts
from pipelines.simulate.happenings import Inspection
from pipelines.simulate.model import BURN_IN, Plan
from pipelines.simulate.phrases import Phrases, build_phrases
from pipelines.simulate.structure import Structure
from pipelines.simulate.words import LEAVE_REASONS, ROOMS, TOPIC_KPIS, TOPICS

LATE_SHARE, LATE_FROM_DAYS, LATE_TO_DAYS = 0.06, 8, 90
MISDATED_SHARE = 0.01
MERGEABLE = tuple(TYPES.index(each) for each in ("支部党员大会", "支部委员会会议"))
MERGED_SHARE = 0.05
HOURS = np.array([9, 10, 14, 15, 16])
FORMS = ("研讨", "读文件", "观影", "实践", "志愿", None)
# type -> chance of each form above
FORM_CHANCES = np.array(
    [
        (0.30, 0.55, 0.00, 0.00, 0.00, 0.15),
        (0.55, 0.35, 0.00, 0.00, 0.00, 0.10),
        (0.45, 0.45, 0.00, 0.05, 0.00, 0.05),
        (0.25, 0.55, 0.10, 0.05, 0.00, 0.05),
        (0.10, 0.20, 0.10, 0.35, 0.20, 0.05),
        (0.90, 0.05, 0.00, 0.00, 0.00, 0.05),
        (0.00, 0.00, 0.00, 0.00, 0.00, 1.00),
        (0.20, 0.05, 0.00, 0.50, 0.20, 0.05),
    ]
)


@dataclass(frozen=True, kw_only=True)
class Events:
    """Row arrays, ordered by true start. ``start``: datetime64[m]; ``burst``: inspection or -1."""

    branch: np.ndarray
    kind: np.ndarray
    start: np.ndarray
    minutes: np.ndarray
    required: np.ndarray
    burst: np.ndarray

    @property
    def size(self) -> int:
        return self.branch.size


@dataclass(frozen=True, kw_only=True)
class Records:
    """The frame of the contract and what was planted in it; ``events`` in the same order."""

    frame: pd.DataFrame
    events: Events
    merged: np.ndarray
    late: pd.DataFrame
    misdated: pd.DataFrame
    bursts: pd.DataFrame
    near_duplicates: pd.DataFrame
    kpis: pd.DataFrame


def _regular_rows(cube: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    flat = np.repeat(np.arange(cube.size, dtype=np.int64), cube.ravel())
    branch, month, kind = np.unravel_index(flat, cube.shape)
    return branch, month, kind


def _burst_rows(counts: Counts) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Branch, inspection and type of every burst record."""
    if not counts.bursts:
        none = np.zeros(0, dtype=np.int64)
        return none, none, none
    visit, branch, kind = _regular_rows(np.stack(counts.bursts))
    return branch, visit, kind


def _working_day(days: np.ndarray) -> np.ndarray:
    return np.busday_offset(days, 0, roll="modifiedfollowing")


def _regular_days(plan: Plan, rng: np.random.Generator, month: np.ndarray) -> np.ndarray:
    first = plan.month_starts[BURN_IN:]
    length = np.diff(np.append(first, plan.end)).astype(np.int64)
    return _working_day(first[month] + rng.integers(0, length[month]))


def _burst_days(
    rng: np.random.Generator, inspections: list[Inspection], visit: np.ndarray
) -> np.ndarray:
    """One of the ten days before the inspection, weekends included: that is what a burst is."""
    first = np.array([each.first_day for each in inspections], dtype="datetime64[D]")
    return first[visit] - rng.integers(1, BURST_DAYS + 1, visit.size)


def build_events(plan: Plan, counts: Counts, inspections: list[Inspection]) -> Events:
    """Every activity that is in the log, ordered by day, branch and type."""
    rng = plan.rng("events")
    reported = slice(BURN_IN, None)
    scheduled = _regular_rows(counts.scheduled[:, reported])
    free = _regular_rows(counts.free[:, reported])
    burst_branch, visit, burst_kind = _burst_rows(counts)
    month = np.concatenate([scheduled[1], free[1]])
    days = np.concatenate([_regular_days(plan, rng, month), _burst_days(rng, inspections, visit)])
    inside = days >= plan.month_starts[BURN_IN]
    hour = HOURS[rng.integers(0, HOURS.size, days.size)] * 60 + 30 * rng.integers(0, 2, days.size)
    start = days.astype("datetime64[m]") + hour
    branch = np.concatenate([scheduled[0], free[0], burst_branch])
    kind = np.concatenate([scheduled[2], free[2], burst_kind])
    burst = np.concatenate([np.full(month.size, -1), visit])
    required = np.arange(days.size) < scheduled[0].size
    order = np.lexsort((kind, branch, start))
    order = order[inside[order]]
    return Events(
        branch=branch[order],
        kind=kind[order],
        start=start[order],
        minutes=rng.integers(4, 11, days.size)[order] * 15,
        required=required[order],
        burst=burst[order],
    )


def _recorded(
    plan: Plan, rng: np.random.Generator, events: Events
) -> tuple[np.ndarray, np.ndarray]:
    """Recording time, and the lag in days where it is late (0 otherwise)."""
    day = events.start.astype("datetime64[D]")
    room = (plan.as_of - day).astype(np.int64) - 1
    sloppy = rng.beta(0.8, 0.8 / LATE_SHARE - 0.8, events.branch.max() + 1)
    late = (rng.random(events.size) < sloppy[events.branch]) & (room > LATE_FROM_DAYS)
    latest = np.where(late, np.minimum(room, LATE_TO_DAYS), LATE_FROM_DAYS + 1)
    lag = np.where(late, rng.integers(LATE_FROM_DAYS, latest + 1), 0)
    days = np.where(late, lag, rng.integers(0, 3, events.size))
    minute = 19 * 60 + rng.integers(0, 180, events.size)
    return (day + days).astype("datetime64[m]") + minute, lag


def _slips(plan: Plan, rng: np.random.Generator, events: Events, late: np.ndarray) -> np.ndarray:
    """Days by which the written date is too late; 0 for a right date."""
    early_enough = events.start < (plan.end - 45).astype("datetime64[m]")
    wrong = (rng.random(events.size) < MISDATED_SHARE) & early_enough & ~late
    return np.where(wrong, rng.integers(20, 41, events.size), 0)


def _attendance(
    plan: Plan, rng: np.random.Generator, events: Events, branches: int
) -> tuple[np.ndarray, np.ndarray]:
    """Due and present; talks are between two, committee meetings are small."""
    members = plan.rng("branch size").integers(9, 46, branches)[events.branch]
    kind = np.array(TYPES, dtype=object)[events.kind]
    due = np.where(kind == "党小组会", np.maximum(members // 3, 3), members)
    due = np.where(kind == "支部委员会会议", 3 + members % 5, due)
    due = np.where(kind == "党建共建", members + 10, due)
    due = np.where(kind == "谈心谈话", 2, due)
    present = np.maximum(rng.binomial(due, 0.92), np.minimum(due, 2))
    return due, present


def _forms(rng: np.random.Generator, kind: np.ndarray) -> np.ndarray:
    cumulated = FORM_CHANCES.cumsum(axis=1)
    return (rng.random(kind.size)[:, None] >= cumulated[kind]).sum(axis=1).clip(0, len(FORMS) - 1)


def _training_hours(rng: np.random.Generator, kind: np.ndarray) -> np.ndarray:
    lectures = kind == TYPES.index("党课")
    counted = (kind == TYPES.index("主题党日")) & (rng.random(kind.size) < 0.4)
    return np.where(lectures, 2.0, np.where(counted, 1.5, np.nan))


def _merged(rng: np.random.Generator, events: Events, slips: np.ndarray) -> np.ndarray:
    """Positions of records that were one sitting with an administrative meeting."""
    chance = np.where(np.isin(events.kind, MERGEABLE) & (slips == 0), MERGED_SHARE, 0.0)
    return np.flatnonzero(rng.random(events.size) < chance)


def _columns(
    plan: Plan, structure: Structure, events: Events, phrases: Phrases, written: np.ndarray
) -> dict[str, object]:
    rng = plan.rng("record details")
    due, present = _attendance(plan, rng, events, structure.home.size)
    leave = due - present
    reason = rng.integers(0, len(LEAVE_REASONS), events.size)
    return {
        "unit": taken(structure.branch_ids, events.branch),
        "activity_type": taken(TYPES, events.kind),
        "title": phrases.title,
        "keywords": phrases.keywords,
        "agenda": phrases.agenda,
        "result": phrases.result,
        "start_at": written,
        "end_at": written + events.minutes,
        "place": taken(ROOMS, rng.integers(0, len(ROOMS), events.size)),
        "due_count": due,
        "present_count": present,
        "leave_count": leave,
        "leave_reason": taken(LEAVE_REASONS, reason, keep=leave > 0),
        "form": taken(FORMS, _forms(rng, events.kind)),
        "origin": taken(("自选", "规定"), events.required.astype(int)),
        "training_hours": _training_hours(rng, events.kind),
        "secrecy": taken(("公开", "内部"), (rng.random(events.size) < 0.15).astype(int)),
    }


def _about(ids: pa.Array, topic: np.ndarray) -> pd.DataFrame:
    """Record and KPI of every record whose topic is about one, ordered by record."""
    pairs = [(at, kpi) for at, each in enumerate(TOPICS) for kpi in TOPIC_KPIS.get(each[0], ())]
    served = np.bincount([at for at, _ in pairs], minlength=len(TOPICS))
    first = np.cumsum(served) - served
    record = np.repeat(np.arange(topic.size), served[topic])
    within = np.arange(record.size) - np.repeat(
        np.cumsum(served[topic]) - served[topic], served[topic]
    )
    kpi = taken([each for _, each in pairs], first[topic[record]] + within)
    return plain_frame({"record_id": ids.take(record), "kpi_id": kpi})


def build_records(
    plan: Plan, structure: Structure, counts: Counts, inspections: list[Inspection]
) -> Records:
    """The activity log with its planted faults."""
    events = build_events(plan, counts, inspections)
    rng = plan.rng("faults")
    recorded, lag = _recorded(plan, rng, events)
    slips = _slips(plan, rng, events, lag > 0)
    written = events.start + slips.astype("timedelta64[D]").astype("timedelta64[m]")
    phrases = build_phrases(plan, events.branch, events.kind, events.start)
    ids = numbered("HD", np.arange(1, events.size + 1), 8)
    columns = _columns(plan, structure, events, phrases, written)
    columns |= {"record_id": ids, "recorded_at": recorded}
    late, wrong, burst = lag > 0, slips > 0, events.burst >= 0
    visits = [each.event_id for each in inspections]
    return Records(
        frame=contract_frame("activities", columns),
        events=events,
        merged=_merged(rng, events, slips),
        late=plain_frame({"record_id": ids.filter(late), "lag_days": lag[late]}),
        misdated=plain_frame(
            {
                "record_id": ids.filter(wrong),
                "true_start_at": events.start[wrong].astype("datetime64[us]"),
            }
        ),
        bursts=plain_frame(
            {"record_id": ids.filter(burst), "event_id": taken(visits, events.burst[burst])}
        ),
        near_duplicates=plain_frame(
            {"record_id": ids.take(phrases.copies), "copy_of": ids.take(phrases.sources)}
        ),
        kpis=_about(ids, phrases.topic),
    )
