"""问卷汇总: counts by question, option and group of people; never answers of a person."""

from pipelines.domain.dataset import Dataset
from pipelines.domain.fields import Field, Kind

DATASET = Dataset(
    name="survey_counts",
    label="问卷汇总",
    grain=("survey_id", "question_id", "option", "stratum", "wave_on"),
    period_field="wave_on",
    fields=(
        Field(name="survey_id", label="问卷", kind=Kind.CODE, required=True, aliases=("问卷名称",)),
        Field(name="question_id", label="题号", kind=Kind.CODE, required=True),
        Field(name="option", label="选项", kind=Kind.TEXT, required=True),
        Field(name="stratum", label="人员类别", kind=Kind.TEXT, aliases=("群体",)),
        Field(name="n", label="人数", kind=Kind.INTEGER, required=True, minimum=0, aliases=("选择人数",)),
        Field(name="base_n", label="有效样本数", kind=Kind.INTEGER, required=True, minimum=0, aliases=("样本数",)),
        Field(name="issued_n", label="发放份数", kind=Kind.INTEGER, minimum=0, aliases=("发出份数", "发放问卷数", "发放数")),
        Field(name="wave_on", label="调查月份", kind=Kind.MONTH, required=True, aliases=("调查时间",)),
    ),
)
