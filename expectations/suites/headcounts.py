"""队伍情况: parts are not larger than the whole."""

from expectations.builders import INFO, WARNING, at_most, not_in_future, required
from expectations.generic import known_unit, query
from pipelines.domain.contracts.headcounts import DATASET

RULES = (
    at_most(
        DATASET,
        "members",
        "staff",
        severity=WARNING,
        how="请核对两个人数；党员含离退休人员时不需要处理",
    ),
    at_most(DATASET, "full_time_officers", "staff", severity=WARNING, how="请核对两个人数"),
    at_most(DATASET, "part_time_officers", "staff", severity=WARNING, how="请核对两个人数"),
    at_most(DATASET, "cross_posted", "staff", severity=WARNING, how="请核对两个人数"),
    required(DATASET, "members", severity=INFO, how="没有党员数就不能按人数折算活动，有数据请补填"),
    not_in_future(DATASET, "month", how="请核对月份；还没到的月份不应有人数"),
)

QUERIES = (
    *known_unit(DATASET, "unit"),
    query(
        DATASET,
        "members",
        "present_when_active",
        sql="headcounts_without_members",
        label="当月有党建活动的党组织，“党员数”不为 0",
        why="{unit} {month} 有 {activity_count} 次党建活动，“党员数”却是 0",
        how="请核对党员数；没有数据请留空，不要填 0",
        needs=("activities",),
    ),
    query(
        DATASET,
        "staff",
        "steady",
        sql="headcounts_jump",
        label="“在岗人数”与前一个月相比没有成倍变化",
        why="{unit} {month} 的“在岗人数”是 {value}，{month_before} 是 {staff_before}",
        how="请核对人数；机构调整造成的请在大事记里登记",
    ),
)
