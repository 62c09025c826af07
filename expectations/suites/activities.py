"""党建活动台账: counts and times that contradict each other, secrecy, records before the fact."""

from expectations.builders import (
    CRITICAL,
    INFO,
    WARNING,
    above_zero,
    at_most,
    not_in_future,
    one_of,
    ordered,
    required,
)
from pipelines.domain.contracts.activities import DATASET

RULES = (
    at_most(
        DATASET,
        "present_count",
        "due_count",
        how="请核对两个人数；列席人员不计入实到",
    ),
    at_most(DATASET, "leave_count", "due_count", severity=WARNING, how="请核对两个人数"),
    above_zero(DATASET, "present_count", how="请核对人数；活动没有举行请删去这一行"),
    required(
        DATASET,
        "present_count",
        severity=INFO,
        how="没有实到人数就不计算参加率，有数据请补填",
    ),
    ordered(DATASET, "end_at", "start_at"),
    ordered(
        DATASET,
        "recorded_at",
        "start_at",
        severity=WARNING,
        how="记录早于活动，请核对活动时间和录入时间",
    ),
    not_in_future(DATASET, "start_at", severity=WARNING, how="还没有举行的活动请等举行后再报"),
    not_in_future(DATASET, "start_at", days=366, severity=CRITICAL),
    not_in_future(DATASET, "recorded_at"),
    # Intake refuses such rows before this point; here is the second lock on the same door.
    one_of(
        DATASET,
        "secrecy",
        ("公开", "内部"),
        name="not_secret",
        why="“密级”是“{value}”，涉密记录不得进入本系统",
        how="请删去这一行，按保密规定处理",
    ),
)
