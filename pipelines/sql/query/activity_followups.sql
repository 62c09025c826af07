-- Activities of $month that follow-up items name as their source, with each of these items and how
-- it stands at the end of the last month reported.
select
    records.record_id,
    records.title,
    records.activity_type,
    cast(records.start_at as date) as held_on,
    coalesce(holders.unit_name, records.unit) as holder_name,
    items.action_id,
    items.text,
    coalesce(units.unit_name, items.unit_text) as unit_name,
    states.due_on,
    states.due_raw,
    until.last_month,
    states.state,
    states.days_overdue
from staging.activities as records
inner join model.followups as items on records.record_id = items.source_id
cross join model.followup_until as until
left join model.followup_states as states
    on items.action_id = states.action_id and states.month = until.last_month
left join model.activity_records as owners on records.record_id = owners.record_id
left join model.unit_labels as holders
    on owners.unit_id = holders.unit_id
    and holders.since <= cast($day as date)
    and cast($day as date) < holders.next_on
left join model.unit_labels as units
    on items.unit_id = units.unit_id
    and units.since <= cast($day as date)
    and cast($day as date) < units.next_on
where records.month = $month
order by records.start_at, records.record_id, items.action_id
