-- Steps that the business side has done, in the month it did them, where the task's unit stands. A
-- missing party step is judged once the days of the rule are over at the end of the last month.
-- grain: task_id, step
select
    tasks.unit_id,
    tasks.tree,
    strftime(steps.business_on, '%Y-%m') as month,
    1.0 as weight,
    'task_steps' as dataset,
    concat(steps.task_id, ' · ', steps.step) as row_key,
    steps.business_upload_id as upload_id,
    steps.business_source_sheet as source_sheet,
    steps.business_source_row as source_row,
    steps.party_source_row,
    steps.task_id,
    steps.step,
    steps.business_on,
    steps.party_on,
    steps.gap_days,
    case
        when abs(steps.gap_days) <= rules.value then 1
        when steps.gap_days is not null then 0
        when datediff('day', steps.business_on, until.last_day) > rules.value then 0
    end as is_in_time
from model.task_syncs as steps
inner join model.task_list as tasks on steps.task_id = tasks.task_id
cross join model.followup_until as until
cross join staging.followup_rules as rules
where rules.rule = 'step_in_time_days'
    and tasks.unit_id is not null
    and strftime(steps.business_on, '%Y-%m') <= until.last_month
