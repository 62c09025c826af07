"""组织对照: open shares of one party unit add up to one."""

from expectations.builders import WARNING, above_zero, differs, ordered
from expectations.generic import in_tree, query
from pipelines.domain.contracts.unit_bridge import DATASET

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
)

QUERIES = (
    in_tree(DATASET, "party_unit_id", "party"),
    in_tree(DATASET, "admin_unit_id", "admin"),
    query(
        DATASET,
        "share",
        "adds_up",
        sql="unit_bridge_shares",
        label="同一党组织每一天各行“占比”之和为 1，留空的按等分计",
        why="党组织{party_unit_id}在 {day} 各行“占比”之和（留空的按等分计）是 {share_total}，"
        "应为 1",
        how="请核对各行占比，要么都填，要么都留空；已失效的行请填写失效日期",
    ),
    query(
        DATASET,
        "valid_from",
        "not_overlapping",
        sql="unit_bridge_overlap",
        label="同一对单位的有效期不重叠",
        why="{party_unit_id} 与 {admin_unit_id} 从 {other_from} 起还有一行，有效期重叠",
        how="请给较早的一行填写失效日期",
    ),
)
