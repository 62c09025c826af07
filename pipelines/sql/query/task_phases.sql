-- Thirds of every key task as at the end of $month: covered, uncovered, or not over yet.
with ended as (select last_day(cast($month || '-01' as date)) as last_day),
worked as (
    select days.task_id, days.phase, count(*) as party_day_count
    from model.task_party_days as days
    inner join ended on days.day <= ended.last_day
    group by days.task_id, days.phase
)
select
    phases.task_id,
    phases.phase,
    coalesce(worked.party_day_count, 0) as party_day_count,
    coalesce(phases.ended_month <= $month, false) as is_over
from model.task_phases as phases
left join worked on phases.task_id = worked.task_id and phases.phase = worked.phase
order by phases.task_id, phases.phase
