-- What an activity can be linked to, with the name that is shown and the unit that owns it.
-- grain: target_kind, target_id
select 'kpi' as target_kind, kpi_id as target_id, kpi_name as target_name, null as unit_text
from model.kpis
union all
select 'key_task' as target_kind, task_id as target_id, name as target_name, unit as unit_text
from staging.key_tasks
union all
select
    'carrier' as target_kind,
    carrier_id as target_id,
    concat(kind, ' ', coalesce(name, '')) as target_name,
    unit as unit_text
from staging.carriers
