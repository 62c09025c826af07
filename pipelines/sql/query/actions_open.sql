-- Follow-up items that are not closed, the oldest due date first.
select
    items.action_id,
    coalesce(units.unit_name, items.unit) as unit_name,
    items.text,
    items.due_raw,
    items.due_on,
    items.status,
    items.closed_on
from staging.actions as items
left join model.units as units on items.unit = units.unit_id
where coalesce(items.status, 'open') <> 'closed'
order by items.due_on nulls last, items.action_id
