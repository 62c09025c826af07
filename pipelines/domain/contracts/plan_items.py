"""计划: what a unit planned for a month and when it was done."""

from pipelines.domain.dataset import Dataset
from pipelines.domain.fields import Field, Kind

DATASET = Dataset(
    name="plan_items",
    label="计划",
    grain=("unit", "month", "item"),
    period_field="month",
    unit_field="unit",
    fields=(
        Field(name="unit", label="单位", kind=Kind.UNIT, required=True, aliases=("单位名称",)),
        Field(name="month", label="月份", kind=Kind.MONTH, required=True, aliases=("计划月份",)),
        Field(name="item", label="计划事项", kind=Kind.TEXT, required=True, aliases=("事项",)),
        Field(name="planned_on", label="计划日期", kind=Kind.DATE),
        Field(name="done_on", label="完成日期", kind=Kind.DATE),
        Field(name="hours", label="学时", kind=Kind.NUMBER, minimum=0),
    ),
)
