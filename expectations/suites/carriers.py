"""载体台账: dates in order, an aim that differs from the starting point."""

from expectations.builders import INFO, WARNING, above_zero, differs, ordered, required
from expectations.generic import known_kpi, known_unit, query
from expectations.rules import When
from pipelines.domain.contracts.carriers import DATASET

_WITH_KPI = When(column="kpi")

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
    required(
        DATASET,
        "baseline",
        when=_WITH_KPI,
        condition="填了对应指标，",
        severity=WARNING,
        how="没有基线就看不出变化，请补填设立时的数",
    ),
    required(
        DATASET,
        "target",
        when=_WITH_KPI,
        condition="填了对应指标，",
        severity=WARNING,
        how="没有目标就无法判断成效，请补填",
    ),
    required(DATASET, "kpi", severity=INFO, how="载体支撑某个指标时请填写指标名称"),
)

QUERIES = (
    *known_unit(DATASET, "unit", at="start_on"),
    *known_kpi(DATASET, "kpi", at="start_on"),
    query(
        DATASET,
        "result",
        "given_after_end",
        sql="carriers_ended_without_result",
        label="已结束的载体应填写“成效”",
        why="“{name}”已于 {end_on} 结束，“成效”为空",
        how="请用事实和数字写明成效；还在进行的请改结束日期",
        severity=INFO,
        columns=("end_on",),
    ),
)
