-- The units that $unit_id came from and those that came from it as they were called on the day of
-- the change, with that day and the day that the other one ended on, if it did.
with found as (
    select 'predecessor' as relation, predecessor_id as unit_id, since
    from model.unit_predecessors
    where unit_id = $unit_id
    union all
    select 'successor' as relation, unit_id, since
    from model.unit_predecessors
    where predecessor_id = $unit_id
)
select
    found.relation,
    found.unit_id,
    names.unit_name,
    found.since,
    nullif(spans.last_on, date '2999-12-30') as ended_on
from found
inner join model.unit_labels as names
    on found.unit_id = names.unit_id
    and names.since <= found.since
    and found.since < names.next_on
inner join model.unit_spans as spans on found.unit_id = spans.unit_id
order by found.relation, found.since, found.unit_id
