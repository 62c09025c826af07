"""业务指标月报: a figure that is missing, a target that cannot be met, a month not yet over."""

from expectations.builders import CRITICAL, INFO, WARNING, above_zero, not_in_future, required
from expectations.generic import known_kpi, known_unit, query
from expectations.rules import Missing, When
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

QUERIES = (
    *known_unit(DATASET, "unit"),
    *known_kpi(DATASET, "kpi"),
    query(
        DATASET,
        "unit_of_measure",
        "convertible",
        sql="kpi_values_unit_of_measure",
        label="“计量单位”可以换算成指标库里的单位",
        why="“计量单位”是“{value}”，指标库里“{kpi}”的单位是“{measure}”，不能换算",
        how="请核对计量单位和指标名称",
        severity=CRITICAL,
        columns=("unit_of_measure", "kpi"),
        needs=("kpi_definitions",),
    ),
    query(
        DATASET,
        "actual",
        "like_its_history",
        sql="kpi_values_far_from_history",
        label="“实际”没有远离本单位这个指标的历史",
        why="{unit} {month}“{kpi}”是 {value}，历史上一般在 {typical} 左右",
        how="请核对这个数；情况属实请在备注里说明",
    ),
    query(
        DATASET,
        "actual",
        "in_its_measure",
        sql="kpi_values_measure_slip",
        label="“实际”与历史相比没有差一万倍或一百倍",
        why="{unit} {month}“{kpi}”是 {value}，与历史上的 {typical} 相差约{slip}，像是单位填错",
        how="请核对这个数的计量单位",
    ),
    query(
        DATASET,
        "ytd_actual",
        "not_falling",
        sql="kpi_values_ytd_falls",
        label="求和指标的“累计实际”逐月不减少",
        why="{unit}“{kpi}”{month} 的累计是 {value}，比 {month_before} 的 {ytd_before} 还少",
        how="请核对两个月的累计数；冲减以前月份的请在备注里说明",
        needs=("kpi_definitions",),
    ),
    query(
        DATASET,
        "ytd_actual",
        "sum_of_months",
        sql="kpi_values_ytd_sum",
        label="求和指标的“累计实际”等于各月之和",
        why="{unit}“{kpi}”{month} 的累计是 {value}，1 月以来各月相加是 {total}，相差 {difference}",
        how="请核对累计数和各月实际数；修订过以前月份的请一并上传",
        needs=("kpi_definitions",),
    ),
    query(
        DATASET,
        "ytd_actual",
        "january_is_the_month",
        sql="kpi_values_ytd_january",
        label="1 月的“累计实际”等于当月实际",
        why="{unit}“{kpi}”{month} 的累计是 {value}，当月是 {actual}",
        how="1 月的累计就是当月数，请核对",
        columns=("ytd_actual", "actual"),
    ),
    query(
        DATASET,
        "actual",
        "adds_up_to_printed_total",
        sql="kpi_values_total",
        label="各行之和等于表里印的小计、合计",
        why="{total_kind}“{kpi}”印的是 {value}，"
        "第 {first_row} 行到第 {last_row} 行相加是 {parts_total}，相差 {difference}",
        how="请核对各行和这个合计，可能漏了行或改了数",
        missing=Missing.COUNT,
        counted="totals",
    ),
)
