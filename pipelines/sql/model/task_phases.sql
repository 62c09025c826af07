-- The three thirds of each key task's time (1 前, 2 中, 3 后) with the days of party work in them.
-- ended_month: the first month at whose end the third is over.
-- grain: task_id, phase
with spans as (
    select
        task_id,
        start_on,
        datediff('day', start_on, due_on) as last_offset
    from model.task_list
    where start_on is not null and due_on >= start_on
),
phases as (
    select spans.*, numbers.phase
    from spans
    cross join (select 1 as phase union all select 2 as phase union all select 3 as phase)
        as numbers
),
worked as (
    select task_id, phase, count(*) as party_day_count
    from model.task_party_days
    group by task_id, phase
),
ended as (
    select phases.task_id, phases.phase, min(months.month) as ended_month
    from phases
    inner join model.months as months
        on (datediff('day', phases.start_on, last_day(cast(months.month || '-01' as date))) + 1)
        * 3 >= phases.phase * (phases.last_offset + 1)
    group by phases.task_id, phases.phase
)
select
    phases.task_id,
    phases.phase,
    coalesce(worked.party_day_count, 0) as party_day_count,
    ended.ended_month
from phases
left join worked on phases.task_id = worked.task_id and phases.phase = worked.phase
left join ended on phases.task_id = ended.task_id and phases.phase = ended.phase
