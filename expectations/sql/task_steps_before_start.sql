-- Steps done before the task starts.
select incoming._row, incoming._sheet, incoming.done_on as value, incoming.step, tasks.start_on
from incoming
inner join known.key_tasks as tasks on incoming.task_id = tasks.task_id
where incoming.done_on < tasks.start_on
