-- A follow-up item, how it stood at the end of $month (null before it was opened), and the activity
-- that it names as its source.
select
    items.action_id,
    items.text,
    items.source_kind,
    items.source_id,
    coalesce(units.unit_name, items.unit_text) as unit_name,
    items.owner_post,
    states.due_on,
    states.due_raw,
    states.state,
    states.days_overdue,
    states.closed_on,
    uploads.file_name,
    items.source_sheet,
    items.source_row,
    items.upload_id,
    uploads.uploaded_by,
    uploads.uploaded_at,
    records.record_id,
    records.title,
    records.activity_type,
    records.month,
    cast(records.start_at as date) as held_on,
    coalesce(holders.unit_name, records.unit) as holder_name
from model.followups as items
left join model.followup_states as states
    on items.action_id = states.action_id and states.month = $month
left join model.unit_labels as units
    on items.unit_id = units.unit_id
    and units.since <= cast($day as date)
    and cast($day as date) < units.next_on
left join staging.uploads as uploads on items.upload_id = uploads.upload_id
left join staging.activities as records on items.source_id = records.record_id
left join model.activity_records as owners on records.record_id = owners.record_id
left join model.unit_labels as holders
    on owners.unit_id = holders.unit_id
    and holders.since <= cast($day as date)
    and cast($day as date) < holders.next_on
where items.action_id = $action_id
