-- Steps in the accepted files that no set in force has, the most frequent first.
select trim(steps.step) as step, count(*) as row_count, count(distinct steps.task_id) as task_count
from staging.task_steps as steps
where trim(steps.step) not in (select sets.step from staging.step_sets as sets)
group by trim(steps.step)
order by row_count desc, step
