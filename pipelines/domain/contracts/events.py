"""大事记: inspections, holidays, reorganisations; a blank unit means everybody."""

from pipelines.domain.dataset import Dataset
from pipelines.domain.fields import Field, Kind

DATASET = Dataset(
    name="events",
    label="大事记",
    grain=("event_id",),
    derived_key=("event_id", ("unit", "start_on", "label")),
    period_field="start_on",
    fields=(
        Field(name="event_id", label="事件编号", kind=Kind.CODE, aliases=("编号",)),
        Field(name="unit", label="单位", kind=Kind.UNIT, aliases=("涉及单位",)),
        Field(name="start_on", label="开始日期", kind=Kind.DATE, required=True, aliases=("日期",)),
        Field(name="end_on", label="结束日期", kind=Kind.DATE),
        Field(name="kind", label="事件类型", kind=Kind.VOCABULARY, required=True, vocabulary="event_kind", aliases=("类型",)),
        Field(name="label", label="事件", kind=Kind.TEXT, required=True, aliases=("事件名称", "名称")),
    ),
)
