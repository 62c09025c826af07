"""载体台账: dates in order, an aim that differs from the starting point."""

from expectations.builders import INFO, WARNING, above_zero, differs, ordered, required
from pipelines.domain.contracts.carriers import DATASET

RULES = (
    ordered(DATASET, "end_on", "start_on"),
    differs(
        DATASET,
        "target",
        "baseline",
        severity=WARNING,
        how="目标与基线相同就看不出变化，请核对",
    ),
    above_zero(DATASET, "member_count", how="请核对人数；没有数据请留空"),
    required(DATASET, "kpi", severity=INFO, how="载体支撑某个指标时请填写指标名称"),
)
