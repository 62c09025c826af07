"""Administrative meetings: ordinary ones before nine, and those merged with a party meeting."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pyarrow as pa

from pipelines.simulate.columns import contract_frame, numbered, plain_frame, taken
from pipelines.simulate.model import BURN_IN, Plan
from pipelines.simulate.records import Records
from pipelines.simulate.structure import Structure, active_unit_months
from pipelines.simulate.words import ADMIN_MEETINGS, MERGED_MEETINGS

EARLY_START, EARLY_MINUTES = 8 * 60, 45  # over before any party activity starts


def build_admin_meetings(
    plan: Plan, structure: Structure, records: Records
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The meetings, one ordinary a unit and month, and the truth of the merged ones."""
    rng = plan.rng("admin meetings")
    unit, month = np.nonzero(active_unit_months(plan, structure))
    day = np.busday_offset(
        plan.month_starts[BURN_IN + month] + rng.integers(0, 28, unit.size),
        0,
        roll="modifiedfollowing",
    )
    merged, events = records.merged, records.events
    start = np.concatenate([day.astype("datetime64[m]") + EARLY_START, events.start[merged]])
    minutes = np.concatenate([np.full(unit.size, EARLY_MINUTES), events.minutes[merged]])
    titles = rng.integers(0, len(ADMIN_MEETINGS), unit.size)
    joint = rng.integers(0, len(MERGED_MEETINGS), merged.size) + len(ADMIN_MEETINGS)
    ids = numbered("XZ", np.arange(1, start.size + 1), 7)
    place = pa.array(records.frame["place"].iloc[merged], type=pa.large_string())
    early_place = taken(["调度室"], np.zeros(unit.size, dtype=int))
    home = structure.home[events.branch[merged]]
    frame = contract_frame(
        "admin_meetings",
        {
            "record_id": ids,
            "unit": taken(structure.unit_ids, np.concatenate([unit, home])),
            "title": taken(ADMIN_MEETINGS + MERGED_MEETINGS, np.concatenate([titles, joint])),
            "start_at": start,
            "end_at": start + minutes,
            "place": pa.concat_arrays([early_place, place]),
        },
    )
    truth = plain_frame(
        {
            "record_id": pa.array(records.frame["record_id"].iloc[merged], type=pa.large_string()),
            "admin_record_id": ids.slice(unit.size),
        }
    )
    return frame, truth
