-- Follow-up items not closed at the end of $month, or closed in it, with their state at that end.
select
    items.action_id,
    items.source_kind,
    items.unit_id,
    coalesce(units.unit_name, items.unit_text) as unit_name,
    items.text,
    items.owner_post,
    states.due_raw,
    states.due_word,
    states.due_on,
    states.closed_on,
    states.was_reopened,
    states.opened_again,
    states.closed_before_on,
    items.recurs_of,
    earlier.text as recurs_of_text,
    uploads.file_name,
    items.source_sheet,
    items.source_row,
    items.upload_id,
    uploads.uploaded_by,
    uploads.uploaded_at,
    states.state,
    states.days_overdue
from model.followups as items
inner join model.followup_states as states
    on items.action_id = states.action_id and states.month = $month
left join model.followups as earlier on items.recurs_of = earlier.action_id
left join model.unit_labels as units
    on items.unit_id = units.unit_id
    and units.since <= cast($day as date)
    and cast($day as date) < units.next_on
left join staging.uploads as uploads on items.upload_id = uploads.upload_id
where not states.was_closed or states.closed_month = $month
order by states.due_on nulls last, items.action_id
