"""挂接: which activity serves which KPI, key task or carrier, and who (by post) said so."""

from pipelines.domain.dataset import Dataset
from pipelines.domain.fields import Field, Kind

DATASET = Dataset(
    name="links",
    label="挂接",
    grain=("record_id", "target_kind", "target_id"),
    fields=(
        Field(name="record_id", label="记录编号", kind=Kind.CODE, required=True),
        Field(name="target_kind", label="挂接对象类型", kind=Kind.VOCABULARY, required=True, vocabulary="link_target"),
        Field(name="target_id", label="挂接对象", kind=Kind.CODE, required=True),
        Field(name="state", label="挂接状态", kind=Kind.VOCABULARY, required=True, vocabulary="link_state"),
        Field(name="by", label="确认岗位", kind=Kind.TEXT),
        Field(name="at", label="确认时间", kind=Kind.TIMESTAMP),
        Field(name="reason", label="理由", kind=Kind.TEXT),
    ),
)
