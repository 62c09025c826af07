-- Key tasks with unit and KPI resolved and the step vocabulary that their steps belong to: the set
-- with most of them, of those the shortest; blank when no set knows any.
-- grain: task_id
with fitting as (
    select steps.task_id, sets.step_set
    from (select distinct task_id, trim(step) as step from staging.task_steps) as steps
    inner join staging.step_sets as sets on steps.step = sets.step
    inner join (
        select step_set, count(*) as step_count from staging.step_sets group by step_set
    ) as sizes on sets.step_set = sizes.step_set
    group by steps.task_id, sets.step_set, sizes.step_count
    qualify row_number() over (
        partition by steps.task_id order by count(*) desc, sizes.step_count, sets.step_set
    ) = 1
)
select
    tasks.task_id,
    tasks.name,
    units.unit_id,
    units.tree,
    tasks.unit as unit_text,
    coalesce(kpis.kpi_name, tasks.kpi) as kpi_name,
    kpis.kpi_id,
    tasks.start_on,
    tasks.due_on,
    coalesce(tasks.status, 'open') = 'closed' as is_closed,
    fitting.step_set,
    tasks.upload_id,
    tasks.source_sheet,
    tasks.source_row
from staging.key_tasks as tasks
left join model.unit_months as dated
    on tasks.unit = dated.spelling and strftime(tasks.start_on, '%Y-%m') = dated.month
left join model.unit_names as undated on tasks.unit = undated.spelling
left join model.units as units on coalesce(dated.unit_id, undated.unit_id) = units.unit_id
left join model.kpi_spellings as spellings on tasks.kpi = spellings.spelling
left join model.kpis as kpis on spellings.kpi_id = kpis.kpi_id
left join fitting on tasks.task_id = fitting.task_id
