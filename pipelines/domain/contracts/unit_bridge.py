"""组织对照: dated many-to-many bridge between the party tree and the administrative tree."""

from pipelines.domain.dataset import Dataset
from pipelines.domain.fields import Field, Kind

DATASET = Dataset(
    name="unit_bridge",
    label="组织对照",
    grain=("party_unit_id", "admin_unit_id", "valid_from"),
    fields=(
        Field(name="party_unit_id", label="党组织代码", kind=Kind.CODE, required=True, aliases=("党支部代码", "支部代码")),
        Field(name="admin_unit_id", label="行政单位代码", kind=Kind.CODE, required=True, aliases=("对应行政单位代码", "部门代码")),
        Field(name="share", label="占比", kind=Kind.RATE, minimum=0, maximum=1, aliases=("对应比例", "分摊比例")),
        Field(name="valid_from", label="生效日期", kind=Kind.DATE, required=True, aliases=("起始日期",)),
        Field(name="valid_to", label="失效日期", kind=Kind.DATE, aliases=("截止日期",)),
    ),
)
