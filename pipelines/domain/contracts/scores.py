"""一表双考打分: scores of units on the business side and the party side, never of people."""

from pipelines.domain.dataset import Dataset
from pipelines.domain.fields import Field, Kind

DATASET = Dataset(
    name="scores",
    label="一表双考打分",
    grain=("unit", "month", "side", "item", "evaluator"),
    period_field="month",
    unit_field="unit",
    fields=(
        Field(name="unit", label="单位", kind=Kind.UNIT, required=True, aliases=("单位名称",)),
        Field(name="month", label="月份", kind=Kind.MONTH, required=True, aliases=("考核月份",)),
        Field(name="side", label="条线", kind=Kind.VOCABULARY, required=True, vocabulary="side", aliases=("考核类别",)),
        Field(name="item", label="考核项目", kind=Kind.TEXT, required=True, aliases=("项目",)),
        Field(name="score", label="得分", kind=Kind.NUMBER, minimum=0),
        Field(name="full_score", label="满分", kind=Kind.NUMBER, minimum=0),
        Field(name="evaluator", label="评价主体", kind=Kind.TEXT, required=True),
        Field(name="tier", label="层级", kind=Kind.VOCABULARY, vocabulary="tier"),
    ),
)
