"""单位名册: dates in order, no unit above itself."""

from expectations.builders import WARNING, differs, not_in_future, ordered
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
