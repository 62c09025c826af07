"""单位名册: dates in order, no unit above itself."""

from expectations.builders import CRITICAL, WARNING, differs, not_in_future, ordered
from expectations.generic import query
from pipelines.domain.contracts.units import DATASET

RULES = (
    ordered(DATASET, "valid_to", "valid_from"),
    differs(
        DATASET,
        "unit_id",
        "parent_id",
        how="请填写真正的上级代码；没有上级请留空",
    ),
    not_in_future(DATASET, "valid_from", days=366, severity=WARNING),
    not_in_future(DATASET, "valid_to", days=3660, how="长期有效请把撤销日期留空"),
)

QUERIES = (
    query(
        DATASET,
        "valid_from",
        "not_overlapping",
        sql="units_overlap",
        label="同一单位各行的有效期不重叠",
        why="{value} 从 {other_from} 起还有一行，有效期重叠",
        how="请给较早的一行填写撤销日期，日期是新一行成立日期的前一天",
    ),
    query(
        DATASET,
        "parent_id",
        "known",
        sql="units_parent",
        label="“上级代码”在单位名册里，属于同一棵树，并且一直有效",
        why="上级代码“{value}”：{problem}",
        how="请核对上级代码和日期；上级单位还没有上传的请一并上传",
    ),
    query(
        DATASET,
        "parent_id",
        "not_circular",
        sql="units_cycle",
        label="上下级不绕成圈",
        why="从 {unit_id} 往上 {distance} 级又回到它自己",
        how="请核对圈里各单位的上级代码，最上级的单位留空",
        severity=CRITICAL,
    ),
    query(
        DATASET,
        "predecessor_ids",
        "possible",
        sql="units_predecessors",
        label="“前身代码”是同一棵树里先有的、刚撤销或还在的单位",
        why="前身代码“{value}”：{problem}",
        how="请核对代码和两边的日期；几个前身用顿号隔开。前身不明的留空",
    ),
    query(
        DATASET,
        "valid_to",
        "bridge_closed",
        sql="units_bridged",
        label="单位撤销后组织对照不再对到它",
        why="{value} 撤销以后，组织对照里还有 {bridge_count} 行对到它，之后的活动计不到任何单位",
        how="请在组织对照里给这些行填写失效日期，并补上承接单位的对照",
        needs=("unit_bridge",),
    ),
    query(
        DATASET,
        "unit_name",
        "one_meaning",
        sql="units_one_name",
        label="同一天里一个名称或简称只指一个单位",
        why="“{value}”同时也指 {other_ids}，按这个名称上报的数就认不出是哪个单位",
        how="请改成不同的名称或简称；已撤销的单位请填写撤销日期",
    ),
)
