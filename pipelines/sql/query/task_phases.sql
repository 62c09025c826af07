-- Thirds of every key task as at the end of $month: covered, uncovered, or not over yet.
with ended as (select last_day(cast($month || '-01' as date)) as last_day),
worked as (
    select
        tasks.task_id,
        case
            when days.day < tasks.start_on then 1
            else cast(floor(
                datediff('day', tasks.start_on, days.day) * 3.0
                / (datediff('day', tasks.start_on, tasks.due_on) + 1)
            ) as bigint) + 1
        end as phase,
        count(*) as party_day_count
    from model.task_list as tasks
    inner join model.task_party_days as days on tasks.task_id = days.task_id
    inner join ended on days.day <= ended.last_day
    where tasks.due_on >= tasks.start_on
    group by all
)
select
    phases.task_id,
    phases.phase,
    coalesce(worked.party_day_count, 0) as party_day_count,
    coalesce(phases.ended_month <= $month, false) as is_over
from model.task_phases as phases
left join worked on phases.task_id = worked.task_id and phases.phase = worked.phase
order by phases.task_id, phases.phase
