"""行政会议台账: administrative meetings, kept only to find merged meetings (套开)."""

from pipelines.domain.dataset import Dataset
from pipelines.domain.fields import Field, Kind

DATASET = Dataset(
    name="admin_meetings",
    label="行政会议台账",
    grain=("record_id",),
    derived_key=("record_id", ("unit", "start_at", "title")),
    period_field="start_at",
    unit_field="unit",
    fields=(
        Field(name="record_id", label="会议编号", kind=Kind.CODE, aliases=("编号",)),
        Field(name="unit", label="单位", kind=Kind.UNIT, required=True, aliases=("组织单位", "单位名称")),
        Field(name="title", label="会议名称", kind=Kind.TEXT, required=True, aliases=("主题",)),
        Field(name="start_at", label="开始时间", kind=Kind.TIMESTAMP, required=True, aliases=("会议时间",)),
        Field(name="end_at", label="结束时间", kind=Kind.TIMESTAMP),
        Field(name="place", label="地点", kind=Kind.TEXT, aliases=("会议地点",)),
    ),
)
