"""计划: what is done has a day that has come."""

from expectations.builders import INFO, not_in_future, required
from expectations.generic import known_unit, query
from pipelines.domain.contracts.plan_items import DATASET

RULES = (
    not_in_future(DATASET, "done_on", how="还没有完成的事项请把完成日期留空"),
    required(DATASET, "planned_on", severity=INFO, how="没有计划日期就不能提醒，有日期请补填"),
)

QUERIES = (
    *known_unit(DATASET, "unit"),
    query(
        DATASET,
        "done_on",
        "not_before_month",
        sql="plan_items_done_early",
        label="“完成日期”不早于计划的月份",
        why="“{item}”是 {month} 的计划，“完成日期”却是 {value}",
        how="请核对完成日期和月份；提前完成的不需要处理",
        columns=("done_on", "month"),
    ),
    query(
        DATASET,
        "planned_on",
        "within_month",
        sql="plan_items_planned_elsewhere",
        label="“计划日期”在计划的月份之内",
        why="“{item}”是 {month} 的计划，“计划日期”却是 {value}",
        how="请核对计划日期和月份",
        columns=("planned_on", "month"),
    ),
)
