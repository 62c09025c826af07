"""指标库: what a KPI means, which direction is better and how it adds up."""

from pipelines.domain.dataset import Dataset
from pipelines.domain.fields import Field, Kind

DATASET = Dataset(
    name="kpi_definitions",
    label="指标库",
    grain=("kpi_id", "valid_from"),
    fields=(
        Field(name="kpi_id", label="指标代码", kind=Kind.CODE, required=True, aliases=("指标编码", "指标编号")),
        Field(name="name", label="指标名称", kind=Kind.TEXT, required=True, aliases=("名称",)),
        Field(name="aliases", label="指标别名", kind=Kind.TEXT, aliases=("别名",)),
        Field(name="unit_of_measure", label="计量单位", kind=Kind.TEXT, required=True, aliases=("单位",)),
        Field(name="direction", label="指标方向", kind=Kind.VOCABULARY, required=True, vocabulary="direction", aliases=("方向", "极性")),
        Field(name="band_low", label="区间下限", kind=Kind.NUMBER),
        Field(name="band_high", label="区间上限", kind=Kind.NUMBER),
        Field(name="aggregation", label="汇总方式", kind=Kind.VOCABULARY, required=True, vocabulary="aggregation", aliases=("聚合方式",)),
        Field(name="category", label="指标类别", kind=Kind.TEXT, aliases=("分类", "类别")),
        Field(name="tier", label="指标层级", kind=Kind.VOCABULARY, vocabulary="tier", aliases=("层级", "目标层级")),
        Field(name="weight", label="权重", kind=Kind.NUMBER, minimum=0),
        Field(name="weight_reason", label="权重依据", kind=Kind.TEXT),
        Field(name="horizon", label="显潜属性", kind=Kind.VOCABULARY, vocabulary="horizon", aliases=("显绩潜绩", "成效属性")),
        Field(name="is_placebo", label="对照指标", kind=Kind.BOOLEAN, aliases=("是否对照指标",)),
        Field(name="valid_from", label="生效日期", kind=Kind.DATE, required=True, aliases=("启用日期",)),
    ),
)
