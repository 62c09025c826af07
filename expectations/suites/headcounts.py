"""队伍情况: parts are not larger than the whole."""

from expectations.builders import INFO, WARNING, at_most, not_in_future, required
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
