"""业务指标月报: a figure that is missing, a target that cannot be met, a month not yet over."""

from expectations.builders import INFO, WARNING, above_zero, not_in_future, required
from expectations.rules import When
from pipelines.domain.contracts.kpi_values import DATASET

RULES = (
    required(
        DATASET,
        "actual",
        severity=WARNING,
        how="有数据请补填；本月确实没有数据请在“备注”说明",
    ),
    required(
        DATASET,
        "target",
        severity=INFO,
        how="没有目标就不计算达成率；有目标请补填",
    ),
    above_zero(
        DATASET,
        "target",
        how="目标为 0 或负数时不计算达成率，请核对；没有目标请留空",
    ),
    not_in_future(
        DATASET,
        "month",
        when=When(column="actual"),
        how="请核对月份；还没到的月份不应有实际数",
    ),
)
