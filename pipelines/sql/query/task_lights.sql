-- Key tasks that run in $month (started by its end; not due before it, or still open) with every
-- step as it stood at the end of the month; a task without steps has one row without a step.
with ended as (
    select
        last_day(cast($month || '-01' as date)) as last_day,
        (select value from staging.followup_rules where rule = 'step_in_time_days') as in_time_days
)
select
    tasks.task_id,
    tasks.name,
    tasks.unit_id,
    coalesce(units.unit_name, tasks.unit_text) as unit_name,
    tasks.kpi_name,
    tasks.start_on,
    tasks.due_on,
    coalesce(tasks.due_on <= ended.last_day and not tasks.is_closed, false) as is_overdue,
    tasks.is_closed,
    steps.step,
    steps.position,
    steps.is_listed,
    steps.is_reported,
    case when steps.business_on <= ended.last_day then steps.business_on end as business_on,
    case when steps.party_on <= ended.last_day then steps.party_on end as party_on,
    ended.in_time_days,
    ended.last_day
from model.task_list as tasks
cross join ended
left join model.task_syncs as steps on tasks.task_id = steps.task_id
left join model.unit_labels as units
    on tasks.unit_id = units.unit_id
    and units.since <= cast($day as date)
    and cast($day as date) < units.next_on
where (tasks.start_on is null or tasks.start_on <= ended.last_day)
    and (not tasks.is_closed or tasks.due_on is null or strftime(tasks.due_on, '%Y-%m') >= $month)
order by tasks.due_on nulls last, tasks.task_id, steps.position
