"""督办整改台账: decisions, rectification items and promises in one follow-up list."""

from pipelines.domain.dataset import Dataset
from pipelines.domain.fields import Field, Kind

DATASET = Dataset(
    name="actions",
    label="督办整改台账",
    grain=("action_id",),
    derived_key=("action_id", ("unit", "source_kind", "text")),
    period_field="due_on",
    unit_field="unit",
    fields=(
        Field(name="action_id", label="事项编号", kind=Kind.CODE, aliases=("编号",)),
        Field(name="source_kind", label="问题来源", kind=Kind.TEXT, aliases=("来源", "事项来源")),
        Field(name="source_id", label="来源编号", kind=Kind.CODE),
        Field(name="unit", label="责任单位", kind=Kind.UNIT, required=True, aliases=("单位", "牵头单位")),
        Field(name="text", label="问题描述", kind=Kind.TEXT, required=True, aliases=("事项内容", "整改问题", "决议事项", "督办事项")),
        Field(name="owner_post", label="责任岗位", kind=Kind.TEXT),
        Field(name="measure", label="整改措施", kind=Kind.TEXT, aliases=("措施", "工作措施")),
        Field(name="due_raw", label="完成时限", kind=Kind.TEXT, aliases=("整改时限", "办结时限", "完成期限")),
        Field(name="due_on", label="到期日", kind=Kind.DATE, due_words_of="due_raw"),
        Field(name="status", label="进展状态", kind=Kind.VOCABULARY, vocabulary="action_status", aliases=("状态", "办理状态")),
        Field(name="closed_on", label="销号日期", kind=Kind.DATE, aliases=("办结日期", "完成日期")),
        Field(name="verified_by_post", label="核验岗位", kind=Kind.TEXT),
        Field(name="reopened", label="是否返工", kind=Kind.BOOLEAN, aliases=("反弹",)),
    ),
)
