"""计划: what is done has a day that has come."""

from expectations.builders import INFO, not_in_future, required
from pipelines.domain.contracts.plan_items import DATASET

RULES = (
    not_in_future(DATASET, "done_on", how="还没有完成的事项请把完成日期留空"),
    required(DATASET, "planned_on", severity=INFO, how="没有计划日期就不能提醒，有日期请补填"),
)
