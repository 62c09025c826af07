-- Judged rules: one row a branch, rule and period, in the last month of the period. Each follows
-- from all rows of the log in it, or from there being none, so it has no single source row.
-- grain: row_key
select
    unit_id,
    'party' as tree,
    end_month as month,
    1.0 as weight,
    'activities' as dataset,
    concat(unit_id, '/', rule_id, '/', period) as row_key,
    cast(null as varchar) as upload_id,
    cast(null as varchar) as source_sheet,
    cast(null as bigint) as source_row,
    rule_id,
    period,
    required,
    done,
    state,
    case when state = '达标' then 1 else 0 end as is_met,
    case when state = '有说明' then 1 else 0 end as is_explained
from model.rule_status
where state not in ('进行中', '数据不足')
