-- The unit of every follow-up item: as its name is meant in the month the item is due, else as
-- the name is meant whatever the date; blank when it means no unit or two.
-- grain: action_id
with dated as (
    select items.action_id, min(names.unit_id) as unit_id
    from staging.actions as items
    inner join model.unit_spellings as names
        on items.unit = names.spelling
        and strftime(names.valid_from, '%Y-%m') <= strftime(items.due_on, '%Y-%m')
        and strftime(names.valid_to, '%Y-%m') >= strftime(items.due_on, '%Y-%m')
    group by items.action_id
    having count(distinct names.unit_id) = 1
)
select
    items.action_id,
    units.unit_id,
    units.tree
from staging.actions as items
left join dated on items.action_id = dated.action_id
left join model.unit_names as undated on items.unit = undated.spelling
left join model.units as units on coalesce(dated.unit_id, undated.unit_id) = units.unit_id
