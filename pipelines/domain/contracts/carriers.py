"""载体台账: responsibility areas, model posts, task teams and the like."""

from pipelines.domain.dataset import Dataset
from pipelines.domain.fields import Field, Kind

DATASET = Dataset(
    name="carriers",
    label="载体台账",
    grain=("carrier_id",),
    derived_key=("carrier_id", ("unit", "kind", "name", "start_on")),
    unit_field="unit",
    fields=(
        Field(name="carrier_id", label="载体编号", kind=Kind.CODE, aliases=("编号",)),
        Field(name="kind", label="载体类型", kind=Kind.VOCABULARY, required=True, vocabulary="carrier_kind", aliases=("类型",)),
        Field(name="unit", label="单位", kind=Kind.UNIT, required=True, aliases=("所属单位", "党组织")),
        Field(name="name", label="载体名称", kind=Kind.TEXT, aliases=("名称",)),
        Field(name="kpi", label="对应指标", kind=Kind.TEXT, aliases=("指标",)),
        Field(name="baseline", label="基线值", kind=Kind.NUMBER, aliases=("基线",)),
        Field(name="target", label="目标值", kind=Kind.NUMBER, aliases=("目标",)),
        Field(name="start_on", label="开始日期", kind=Kind.DATE, aliases=("启动时间",)),
        Field(name="end_on", label="结束日期", kind=Kind.DATE),
        Field(name="trigger", label="设立原因", kind=Kind.TEXT),
        Field(name="member_count", label="参加人数", kind=Kind.INTEGER, minimum=0),
        Field(name="result", label="成效", kind=Kind.TEXT),
    ),
)
