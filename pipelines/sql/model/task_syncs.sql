-- Steps of key tasks: when the business side and the party side did each, and the days from the
-- business step to the party step (negative: party first). Steps of the task's set that the file
-- does not have are there without dates; steps that no set knows come last (is_listed is false).
-- grain: task_id, step
with reported as (
    select
        task_id,
        trim(step) as step,
        max(case when side = 'business' then done_on end) as business_on,
        max(case when side = 'party' then done_on end) as party_on,
        min(source_row) as first_row,
        max(case when side = 'business' then upload_id end) as business_upload_id,
        max(case when side = 'business' then source_sheet end) as business_source_sheet,
        max(case when side = 'business' then source_row end) as business_source_row,
        max(case when side = 'party' then source_row end) as party_source_row
    from staging.task_steps
    group by task_id, trim(step)
),
listed as (
    select tasks.task_id, sets.step, sets.position
    from model.task_list as tasks
    inner join staging.step_sets as sets on tasks.step_set = sets.step_set
),
paired as (
    select
        coalesce(reported.task_id, listed.task_id) as task_id,
        coalesce(reported.step, listed.step) as step,
        listed.position as listed_position,
        reported.business_on,
        reported.party_on,
        reported.first_row,
        reported.task_id is not null as is_reported,
        reported.business_upload_id,
        reported.business_source_sheet,
        reported.business_source_row,
        reported.party_source_row
    from reported
    full join listed on reported.task_id = listed.task_id and reported.step = listed.step
)
select
    paired.task_id,
    paired.step,
    row_number() over (
        partition by paired.task_id
        order by paired.listed_position nulls last, paired.first_row, paired.step
    ) as position,
    paired.listed_position is not null as is_listed,
    paired.is_reported,
    paired.business_on,
    paired.party_on,
    datediff('day', paired.business_on, paired.party_on) as gap_days,
    paired.business_upload_id,
    paired.business_source_sheet,
    paired.business_source_row,
    paired.party_source_row
from paired
inner join model.task_list as tasks on paired.task_id = tasks.task_id
