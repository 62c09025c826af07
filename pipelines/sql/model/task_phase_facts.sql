-- Thirds of key tasks that are over, in the month they ended, and whether party work is on record
-- in them.
-- grain: task_id, phase
select
    tasks.unit_id,
    tasks.tree,
    phases.ended_month as month,
    1.0 as weight,
    'key_tasks' as dataset,
    tasks.task_id as row_key,
    tasks.upload_id,
    tasks.source_sheet,
    tasks.source_row,
    tasks.task_id,
    phases.phase,
    tasks.start_on,
    tasks.due_on,
    phases.party_day_count,
    case when phases.party_day_count > 0 then 1 else 0 end as is_covered
from model.task_phases as phases
inner join model.task_list as tasks on phases.task_id = tasks.task_id
inner join model.followup_until as until on phases.ended_month <= until.last_month
where tasks.unit_id is not null
