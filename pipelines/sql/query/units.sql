-- The roster as it is now, with the names that a unit had before and the day it ended on, if any.
select
    units.unit_id,
    units.unit_name,
    units.tree,
    units.parent_id,
    parents.unit_name as parent_name,
    units.unit_kind,
    former.names as former_names,
    nullif(spans.last_on, date '2999-12-30') as ended_on
from model.units as units
left join model.units as parents on units.parent_id = parents.unit_id
inner join model.unit_spans as spans on units.unit_id = spans.unit_id
left join (
    select rows.unit_id, string_agg(distinct rows.unit_name, '、') as names
    from staging.units as rows
    inner join model.units as now on rows.unit_id = now.unit_id
    where rows.unit_name <> now.unit_name
    group by rows.unit_id
) as former on units.unit_id = former.unit_id
order by units.tree, units.unit_id
