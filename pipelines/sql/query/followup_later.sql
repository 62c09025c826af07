-- Items closed at the end of $month that a file of a later month has open again.
select
    items.action_id,
    items.text,
    coalesce(units.unit_name, items.unit_text) as unit_name,
    states.reopens_month
from model.followup_states as states
inner join model.followups as items on states.action_id = items.action_id
left join model.unit_labels as units
    on items.unit_id = units.unit_id
    and units.since <= cast($day as date)
    and cast($day as date) < units.next_on
where states.month = $month and states.was_closed and states.reopens_month is not null
order by states.reopens_month, items.action_id
