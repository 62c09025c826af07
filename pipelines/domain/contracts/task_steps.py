"""任务步骤: when the business side and the party side did each step of a key task."""

from pipelines.domain.dataset import Dataset
from pipelines.domain.fields import Field, Kind

DATASET = Dataset(
    name="task_steps",
    label="任务步骤",
    grain=("task_id", "step", "side"),
    fields=(
        Field(name="task_id", label="任务编号", kind=Kind.CODE, required=True),
        Field(name="step", label="步骤", kind=Kind.TEXT, required=True),
        Field(name="side", label="条线", kind=Kind.VOCABULARY, required=True, vocabulary="side", aliases=("业务或党建",)),
        Field(name="done_on", label="完成日期", kind=Kind.DATE),
    ),
)
