-- Days on which party work for a key task is on record: the party side did a step, or an activity
-- was held whose link to the task a person has confirmed. A suggestion does not count. phase: the
-- third of the task's time (1 前, 2 中, 3 后) that the day falls in; days before the start belong
-- to the first, days after the due date to none (4 and more).
-- grain: task_id, day, origin
with worked as (
    select distinct task_id, party_on as day, 'step' as origin
    from model.task_syncs
    where party_on is not null
    union all
    select distinct links.target_id as task_id, cast(records.start_at as date) as day,
        'activity' as origin
    from model.activity_links as links
    inner join staging.activities as records on links.record_id = records.record_id
    where links.target_kind = 'key_task' and links.state = 'confirmed'
)
select
    worked.task_id,
    worked.day,
    worked.origin,
    case
        when tasks.due_on < tasks.start_on then null
        when worked.day < tasks.start_on then 1
        else cast(floor(
            datediff('day', tasks.start_on, worked.day) * 3.0
            / (datediff('day', tasks.start_on, tasks.due_on) + 1)
        ) as bigint) + 1
    end as phase
from worked
left join model.task_list as tasks on worked.task_id = tasks.task_id
