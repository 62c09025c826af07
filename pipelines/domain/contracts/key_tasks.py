"""重点任务: the tasks of the year, each with a unit and, where there is one, a KPI."""

from pipelines.domain.dataset import Dataset
from pipelines.domain.fields import Field, Kind

DATASET = Dataset(
    name="key_tasks",
    label="重点任务",
    grain=("task_id",),
    derived_key=("task_id", ("unit", "name")),
    unit_field="unit",
    fields=(
        Field(name="task_id", label="任务编号", kind=Kind.CODE, aliases=("编号",)),
        Field(name="name", label="任务名称", kind=Kind.TEXT, required=True, aliases=("重点任务",)),
        Field(name="unit", label="责任单位", kind=Kind.UNIT, required=True, aliases=("牵头单位", "单位")),
        Field(name="kpi", label="对应指标", kind=Kind.TEXT, aliases=("支撑指标", "指标")),
        Field(name="start_on", label="开始日期", kind=Kind.DATE, aliases=("启动时间",)),
        Field(name="due_on", label="完成期限", kind=Kind.DATE, aliases=("完成时限", "截止日期")),
        Field(name="status", label="任务状态", kind=Kind.VOCABULARY, vocabulary="action_status", aliases=("进展状态", "状态")),
    ),
)
