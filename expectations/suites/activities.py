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
from expectations.generic import known_unit, lasts_at_most, query
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

QUERIES = (
    *known_unit(DATASET, "unit"),
    lasts_at_most(DATASET, "end_at", "start_at", days=1),
    query(
        DATASET,
        "present_count",
        "adds_up_to_due",
        sql="activities_attendance",
        label="实到与缺席之和等于应到",
        why="“实到人数”{value} 加“缺席人数”{leave_count} 不等于“应到人数”{due_count}",
        how="请核对三个人数；列席人员不计入实到",
        columns=("present_count", "leave_count", "due_count"),
    ),
    query(
        DATASET,
        "title",
        "not_repeated",
        sql="activities_repeated",
        label="同一党组织同一时间的同名活动只登记一次",
        why="{unit} {start_at} 的“{value}”还登记在编号 {other_id} 下",
        how="重复登记请只留一条；确是两次活动请核对时间",
        columns=("unit", "start_at", "title"),
    ),
    query(
        DATASET,
        "unit",
        "has_members",
        sql="activities_without_members",
        label="举办活动的党组织当月有党员",
        why="队伍情况里“{value}”{month} 的党员数是 0，却有 {_count} 次活动",
        how="请核对队伍情况的党员数，或活动的党组织名称",
        columns=("unit", "start_at"),
        needs=("headcounts",),
    ),
)
