"""What the baselines are given: accepted Parquet files, thresholds, and the text library."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from pipelines import store
from pipelines.domain.catalog import dataset
from pipelines.integrity.near_duplicates import Limits
from pipelines.integrity.step import limits_of
from pipelines.integrity.thresholds import thresholds
from pipelines.ledger import Ledger
from pipelines.settings import Settings

# The columns each dataset gives to the job; a script by hand would read no more.
COLUMNS = {
    "units": ("unit_id", "unit_name", "aliases", "parent_id", "tree", "valid_from", "valid_to"),
    "unit_bridge": ("party_unit_id", "admin_unit_id", "share", "valid_from", "valid_to"),
    "kpi_definitions": (
        *("kpi_id", "name", "aliases", "category", "direction", "band_low", "band_high"),
        *("aggregation", "weight", "is_placebo", "valid_from"),
    ),
    "kpi_values": ("unit", "month", "kpi", "actual", "target", "ytd_actual", "ytd_target"),
    "activities": (
        *("record_id", "unit", "activity_type", "start_at", "end_at", "recorded_at", "place"),
        *("due_count", "present_count", "leave_count", "form"),
        *("title", "keywords", "agenda", "result"),
    ),
    "key_tasks": ("task_id", "name", "unit", "kpi", "start_on", "due_on", "status"),
    "carriers": ("carrier_id", "kind", "name", "unit", "kpi", "start_on", "end_on"),
    "admin_meetings": ("record_id", "unit", "start_at", "end_at", "place"),
    "events": ("event_id", "unit", "kind", "label", "start_on"),
    "headcounts": ("unit", "month"),
    "scores": ("unit", "month"),
    "actions": ("due_on", "closed_on"),
    "task_steps": ("done_on",),
}
# Columns that date something: the months of a build are all that occur in them.
DATED = (
    *(("headcounts", "month"), ("scores", "month"), ("actions", "due_on")),
    *(("actions", "closed_on"), ("task_steps", "done_on"), ("admin_meetings", "start_at")),
    *(("key_tasks", "start_on"), ("carriers", "start_on")),
)
TABLES = (
    "unit_tree_months",
    "kpi_unit_month",
    "attainment_unit_month",
    "kpi_month",
    "activity_unit_month",
    "link_suggestions",
    "integrity_findings",
    "measure_values",
)
MEASURES = (
    "activity_count",
    "link_rate_confirmed",
    "link_rate_suggested",
    "weak_link_coverage",
    "busy_unmoved_rate",
)
WEAK_BELOW, BUSY_FROM, MOVED_BY = 0.9, 3, 0.01
ATTAINMENT_RANGE = (0.0, 1.5)
LEVELS = 12
INSPECTION = "迎检"
DIGITS, NOT_LETTERS, LETTERS = "[0-9]+", r"[^\p{L}\p{M}]+", r"[\p{L}\p{M}]+"


@dataclass(frozen=True, kw_only=True)
class Inputs:
    """``paths``: files by dataset. ``order``: upload id → when it was accepted."""

    paths: dict[str, list[str]]
    order: dict[str, int]


def active_inputs(settings: Settings) -> Inputs:
    """The active uploads of the ledger."""
    ledger = Ledger(settings)
    active = ledger.active()
    ledger.close()
    paths: dict[str, list[str]] = defaultdict(list)
    for each in active:
        paths[each.dataset].append(str(store.accepted_path(settings, each.upload_id)))
    return Inputs(paths=dict(paths), order={each.upload_id: each.seq for each in active})


def grain(name: str) -> tuple[str, ...]:
    """The columns of a dataset of which the latest row counts."""
    return dataset(name).grain


def number(check_id: str, threshold: str) -> float:
    """A number of integrity.csv. StopIteration when it is not there."""
    return next(each.number for each in _of(check_id) if each.threshold == threshold)


def words(check_id: str, threshold: str) -> tuple[str, ...]:
    """A list of words of integrity.csv."""
    return next(each.words for each in _of(check_id) if each.threshold == threshold)


def near_limits() -> Limits:
    """The limits of 雷同."""
    return limits_of({each.threshold: each.number for each in _of("near_duplicate")})


def _of(check_id: str) -> list:
    return [each for each in thresholds() if each.check_id == check_id]
