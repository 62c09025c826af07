-- Findings to check, at most 1000: of $month, $unit_id, $check_id, where null means all.
select
    found.check_id,
    found.record_id,
    found.unit_id,
    units.unit_name,
    found.month,
    records.activity_type,
    records.start_at,
    found.other_record_id,
    found.detail,
    found.explanation,
    uploads.file_name,
    found.source_sheet,
    found.source_row,
    found.upload_id,
    uploads.uploaded_by,
    uploads.uploaded_at,
    count(*) over () as total_count
from model.integrity_findings as found
inner join staging.activities as records on found.record_id = records.record_id
inner join staging.uploads as uploads on found.upload_id = uploads.upload_id
left join model.unit_labels as units
    on found.unit_id = units.unit_id
    and units.since <= last_day(cast(found.month || '-01' as date))
    and last_day(cast(found.month || '-01' as date)) < units.next_on
where ($month is null or found.month = $month)
    and ($unit_id is null or found.unit_id = $unit_id)
    and ($check_id is null or found.check_id = $check_id)
order by found.month desc, found.check_id, found.unit_id, records.start_at, found.record_id
limit 1000
