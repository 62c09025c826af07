"""行政会议台账: times in order and not in the future."""

from expectations.builders import CRITICAL, not_in_future, ordered
from pipelines.domain.contracts.admin_meetings import DATASET

RULES = (
    ordered(DATASET, "end_at", "start_at"),
    not_in_future(DATASET, "start_at", how="还没有召开的会议请等召开后再报"),
    not_in_future(DATASET, "start_at", days=366, severity=CRITICAL),
)
