-- 从哪来 of the activities of $month as 总览 counts them: each once, where it was held.
select
    units.unit_id,
    units.unit_name,
    held.activity_type,
    records.title,
    held.present_count,
    held.is_late,
    records.source_sheet as sheet,
    records.source_row,
    held.upload_id
from model.activity_records as held
inner join model.unit_labels as units
    on held.unit_id = units.unit_id
    and units.since <= cast($day as date)
    and cast($day as date) < units.next_on
inner join staging.activities as records on held.record_id = records.record_id
where held.month = $month
order by held.activity_type, units.unit_id, records.start_at, held.record_id
