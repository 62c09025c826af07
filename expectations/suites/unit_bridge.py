"""组织对照: open shares of one party unit add up to one."""

from expectations.builders import WARNING, above_zero, differs, ordered, within
from expectations.rules import GroupTotal
from pipelines.domain.contracts.unit_bridge import DATASET

_OPEN_SHARES = GroupTotal(
    name="share_total",
    of="share",
    by="party_unit_id",
    open_if_missing="valid_to",
)

RULES = (
    ordered(DATASET, "valid_to", "valid_from"),
    differs(
        DATASET,
        "party_unit_id",
        "admin_unit_id",
        severity=WARNING,
        how="请核对两个代码；党组织和行政单位确实共用代码时不需要处理",
    ),
    above_zero(DATASET, "share", how="没有对应关系请删去这一行"),
    within(
        DATASET,
        "share_total",
        name="adds_up",
        label="同一党组织当前各行“占比”之和为 1",
        why="党组织{party_unit_id}当前各行“占比”之和是“{share_total}”，应为 1",
        how="请核对各行占比；已失效的行请填写失效日期",
        severity=WARNING,
        min_value=0.99,
        max_value=1.01,
        derived=(_OPEN_SHARES,),
        at="share",
    ),
)
