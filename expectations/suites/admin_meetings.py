"""行政会议台账: times in order and not in the future."""

from expectations.builders import CRITICAL, not_in_future, ordered
from expectations.generic import known_unit, lasts_at_most, query
from pipelines.domain.contracts.admin_meetings import DATASET

RULES = (
    ordered(DATASET, "end_at", "start_at"),
    not_in_future(DATASET, "start_at", how="还没有召开的会议请等召开后再报"),
    not_in_future(DATASET, "start_at", days=366, severity=CRITICAL),
)

QUERIES = (
    *known_unit(DATASET, "unit"),
    lasts_at_most(DATASET, "end_at", "start_at", days=1),
    query(
        DATASET,
        "title",
        "not_repeated",
        sql="admin_meetings_repeated",
        label="同一单位同一时间的同名会议只登记一次",
        why="{unit} {start_at} 的“{value}”还登记在编号 {other_id} 下",
        how="重复登记请只留一条；确是两次会议请核对时间",
        columns=("unit", "start_at", "title"),
    ),
)
