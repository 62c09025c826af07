"""潜绩台账: dated promises of latent achievement, each with the KPI that will verify it."""

from pipelines.domain.dataset import Dataset
from pipelines.domain.fields import Field, Kind

DATASET = Dataset(
    name="latent_claims",
    label="潜绩台账",
    grain=("claim_id",),
    period_field="due_on",
    unit_field="unit",
    fields=(
        Field(name="claim_id", label="承诺编号", kind=Kind.CODE, required=True, aliases=("编号",)),
        Field(name="unit", label="单位", kind=Kind.UNIT, required=True, aliases=("责任单位",)),
        Field(name="mechanism", label="作用机制", kind=Kind.TEXT, required=True, aliases=("机制",)),
        Field(name="verifying_kpi", label="验证指标", kind=Kind.TEXT, required=True),
        Field(name="expected_change", label="预期变化", kind=Kind.TEXT),
        Field(name="window_start", label="窗口起", kind=Kind.MONTH, required=True, aliases=("验证窗口起",)),
        Field(name="window_end", label="窗口止", kind=Kind.MONTH, required=True, aliases=("验证窗口止",)),
        Field(name="due_on", label="到期日", kind=Kind.DATE, required=True, aliases=("验证日期",)),
        Field(name="owner_post", label="责任岗位", kind=Kind.TEXT),
        Field(name="note", label="备注", kind=Kind.TEXT, aliases=("说明",)),
    ),
)
