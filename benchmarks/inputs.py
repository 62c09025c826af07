"""What the baselines are given: the accepted Parquet files in the order they were accepted."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from pipelines import store
from pipelines.ledger import Ledger
from pipelines.settings import Settings

# The columns each dataset gives to the job; a script by hand would read no more.
COLUMNS = {
    "units": ("unit_id", "unit_name", "aliases", "parent_id", "tree", "valid_from", "valid_to"),
    "unit_bridge": ("party_unit_id", "admin_unit_id", "share", "valid_from", "valid_to"),
    "kpi_definitions": (
        *("kpi_id", "name", "aliases", "direction", "band_low", "band_high"),
        *("aggregation", "weight", "is_placebo", "valid_from"),
    ),
    "kpi_values": ("unit", "month", "kpi", "actual", "target", "ytd_actual", "ytd_target"),
    "activities": (
        *("record_id", "unit", "activity_type", "start_at", "present_count", "recorded_at"),
    ),
}
GRAINS = {
    "units": ("unit_id", "valid_from"),
    "unit_bridge": ("party_unit_id", "admin_unit_id", "valid_from"),
    "kpi_definitions": ("kpi_id", "valid_from"),
    "kpi_values": ("unit", "month", "kpi"),
    "activities": ("record_id",),
}
ATTAINMENT_RANGE = (0.0, 1.5)
LATE_DAYS = 5


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
