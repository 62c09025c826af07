"""任务步骤: a step is not done before its day."""

from expectations.builders import not_in_future
from expectations.generic import query, refers_to
from pipelines.domain.contracts.key_tasks import DATASET as KEY_TASKS
from pipelines.domain.contracts.task_steps import DATASET

RULES = (not_in_future(DATASET, "done_on", how="还没有完成的步骤请把完成日期留空"),)

QUERIES = (
    query(
        DATASET,
        "step",
        "listed",
        sql="task_steps_listed",
        label="“步骤”在步骤词表里",
        why="步骤词表里没有“{value}”（共 {_count} 行），照常入库，看板上排在最后并标明词表外",
        how="{asked}请改正写法；本单位另有一套步骤的，请管理员写进本单位的步骤词表",
    ),
    refers_to(DATASET, "task_id", KEY_TASKS, effect="步骤暂不计入"),
    query(
        DATASET,
        "done_on",
        "not_before_start",
        sql="task_steps_before_start",
        label="步骤的“完成日期”不早于任务的开始日期",
        why="“{step}”完成于 {value}，任务 {start_on} 才开始",
        how="请核对两个日期",
        columns=("done_on", "task_id"),
        needs=("key_tasks",),
    ),
)
