"""队伍情况: counts by unit and month, never people."""

from pipelines.domain.dataset import Dataset
from pipelines.domain.fields import Field, Kind

DATASET = Dataset(
    name="headcounts",
    label="队伍情况",
    grain=("unit", "month"),
    period_field="month",
    unit_field="unit",
    fields=(
        Field(name="unit", label="单位", kind=Kind.UNIT, required=True, aliases=("单位名称", "填报单位", "所在党支部")),
        Field(name="month", label="月份", kind=Kind.MONTH, required=True, aliases=("统计月份", "报告期")),
        Field(name="members", label="党员数", kind=Kind.INTEGER, minimum=0, aliases=("党员人数",)),
        Field(name="staff", label="在岗人数", kind=Kind.INTEGER, minimum=0, aliases=("职工人数", "职工总数")),
        Field(name="full_time_officers", label="专职党务人数", kind=Kind.INTEGER, minimum=0, aliases=("专职党务干部",)),
        Field(name="part_time_officers", label="兼职党务人数", kind=Kind.INTEGER, minimum=0, aliases=("兼职党务干部",)),
        Field(name="training_hours", label="培训学时", kind=Kind.NUMBER, minimum=0, aliases=("集中培训学时",)),
        Field(name="backbone_to_member", label="骨干发展为党员数", kind=Kind.INTEGER, minimum=0, aliases=("把骨干培养成党员",)),
        Field(name="member_to_backbone", label="党员成长为骨干数", kind=Kind.INTEGER, minimum=0, aliases=("把党员培养成骨干",)),
        Field(name="cross_posted", label="双向进入交叉任职数", kind=Kind.INTEGER, minimum=0, aliases=("交叉任职人数",)),
    ),
)
