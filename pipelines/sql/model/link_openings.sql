-- Key tasks and carriers with their unit and the days on which they are open. A task past its date
-- is open until it is closed.
-- grain: target_kind, target_id
select
    'key_task' as target_kind,
    tasks.task_id as target_id,
    tasks.name as target_name,
    coalesce(dated.unit_id, named.unit_id) as unit_id,
    tasks.start_on,
    case when tasks.status = 'closed' then tasks.due_on end as end_on
from staging.key_tasks as tasks
left join model.unit_months as dated
    on tasks.unit = dated.spelling and strftime(tasks.start_on, '%Y-%m') = dated.month
left join model.unit_names as named on tasks.unit = named.spelling
union all
select
    'carrier' as target_kind,
    carriers.carrier_id as target_id,
    concat(carriers.kind, ' ', coalesce(carriers.name, '')) as target_name,
    coalesce(dated.unit_id, named.unit_id) as unit_id,
    carriers.start_on,
    carriers.end_on
from staging.carriers as carriers
left join model.unit_months as dated
    on carriers.unit = dated.spelling and strftime(carriers.start_on, '%Y-%m') = dated.month
left join model.unit_names as named on carriers.unit = named.spelling
