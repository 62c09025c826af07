"""任务步骤: a step is not done before its day."""

from expectations.builders import not_in_future
from pipelines.domain.contracts.task_steps import DATASET

RULES = (not_in_future(DATASET, "done_on", how="还没有完成的步骤请把完成日期留空"),)
