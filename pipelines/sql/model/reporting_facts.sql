-- Reports that were due: one row a unit, dataset and month.
-- grain: row_key
select
    unit_id,
    tree,
    month,
    1.0 as weight,
    dataset,
    concat(unit_id, '/', dataset, '/', month) as row_key,
    upload_id,
    cast(null as varchar) as source_sheet,
    cast(null as bigint) as source_row,
    state,
    due_on,
    received_at,
    case when state = '未报' then 0 else 1 end as is_received,
    case when state = '按时' then 1 else 0 end as is_on_time
from model.reporting_status
where state <> '未到期'
