-- Events of $unit_id, of the units above it in $month, and of everybody.
select
    events.event_id,
    events.start_on,
    coalesce(events.end_on, events.start_on) as end_on,
    events.kind,
    events.label,
    coalesce(units.unit_name, '全部单位') as unit_name
from staging.events as events
left join model.unit_names as names on events.unit = names.spelling
left join model.unit_labels as units
    on names.unit_id = units.unit_id
    and units.since <= cast($day as date)
    and cast($day as date) < units.next_on
where events.unit is null
    or names.unit_id in (
        select ancestor_id from model.unit_tree_months
        where unit_id = $unit_id and month = $month
    )
order by events.start_on, events.event_id
