-- How many key tasks follow each set of steps.
select tasks.step_set, count(*) as task_count
from model.task_list as tasks
where tasks.step_set is not null
group by tasks.step_set
order by task_count desc, tasks.step_set
