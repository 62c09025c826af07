"""业务指标月报: one business figure per unit, month and KPI."""

from pipelines.domain.dataset import Dataset, Pivot
from pipelines.domain.fields import Field, Kind

DATASET = Dataset(
    name="kpi_values",
    label="业务指标月报",
    grain=("unit", "month", "months", "kpi"),
    period_field="month",
    unit_field="unit",
    pivot=Pivot(
        months="months",
        topic="kpi",
        value="actual",
        measure="unit_of_measure",
        cumulative={"actual": "ytd_actual", "target": "ytd_target"},
        previous={"actual": "last_year"},
    ),
    fields=(
        Field(name="unit", label="单位", kind=Kind.UNIT, required=True, aliases=("单位名称", "填报单位", "责任单位")),
        Field(name="month", label="月份", kind=Kind.MONTH, required=True, aliases=("报告期", "统计月份", "期间")),
        Field(name="months", label="期间月数", kind=Kind.INTEGER, minimum=1, maximum=12),
        Field(name="kpi", label="指标", kind=Kind.TEXT, required=True, aliases=("指标名称", "指标代码", "考核指标")),
        Field(name="actual", label="实际", kind=Kind.NUMBER, aliases=("本月实际", "实际值", "当月实际", "完成值", "本月完成")),
        Field(name="target", label="目标", kind=Kind.NUMBER, aliases=("本月目标", "目标值", "计划", "本月计划", "当月计划")),
        Field(name="ytd_actual", label="累计实际", kind=Kind.NUMBER, aliases=("本年累计", "累计完成", "本年累计实际")),
        Field(name="ytd_target", label="累计目标", kind=Kind.NUMBER, aliases=("累计计划", "本年累计计划")),
        Field(name="last_year", label="上年同期", kind=Kind.NUMBER, aliases=("去年同期",)),
        Field(name="unit_of_measure", label="计量单位", kind=Kind.TEXT, aliases=("指标单位", "数值单位")),
        Field(name="note", label="备注", kind=Kind.TEXT, aliases=("说明",)),
        Field(name="data_source", label="数据来源", kind=Kind.TEXT, aliases=("来源",)),
    ),
)
