-- 从哪来 of the steps of key tasks: the row of every date, business and party side.
select
    steps.task_id,
    tasks.name,
    tasks.unit_id,
    trim(steps.step) as step,
    steps.side,
    steps.done_on,
    steps.source_sheet as sheet,
    steps.source_row,
    steps.upload_id
from staging.task_steps as steps
inner join model.task_list as tasks on steps.task_id = tasks.task_id
order by steps.task_id, steps.source_row
