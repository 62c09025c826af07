"""单位名册: every party and administrative unit with the dates it is valid; hierarchy never inferred from codes."""

from pipelines.domain.dataset import Dataset
from pipelines.domain.fields import Field, Kind

DATASET = Dataset(
    name="units",
    label="单位名册",
    grain=("unit_id", "valid_from"),
    unit_field="unit_id",
    fields=(
        Field(name="unit_id", label="组织代码", kind=Kind.CODE, required=True, aliases=("单位代码", "组织机构代码", "党组织代码", "单位编码", "编码")),
        Field(name="unit_name", label="单位名称", kind=Kind.TEXT, required=True, aliases=("组织名称", "党组织名称", "全称")),
        Field(name="aliases", label="简称", kind=Kind.TEXT, aliases=("别名", "单位简称", "曾用名")),
        Field(name="parent_id", label="上级代码", kind=Kind.CODE, aliases=("上级组织代码", "上级单位代码", "隶属")),
        Field(name="tree", label="组织树", kind=Kind.VOCABULARY, required=True, vocabulary="tree", aliases=("类别", "组织类别", "组织类型")),
        Field(name="unit_kind", label="单位性质", kind=Kind.TEXT, aliases=("单位类型", "层级", "业务板块")),
        Field(name="valid_from", label="成立日期", kind=Kind.DATE, required=True, aliases=("生效日期", "启用日期", "成立时间")),
        Field(name="valid_to", label="撤销日期", kind=Kind.DATE, aliases=("失效日期", "停用日期", "撤销时间")),
        Field(name="predecessor_ids", label="前身代码", kind=Kind.TEXT, aliases=("前身", "前身单位代码", "前身组织代码", "来源单位代码")),
        Field(name="expected_datasets", label="应报数据", kind=Kind.TEXT, aliases=("应报表种",)),
    ),
)
