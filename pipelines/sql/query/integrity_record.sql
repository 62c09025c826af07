-- One record as it was uploaded: a party activity, or an administrative meeting beside one.
select
    records.record_id,
    '党建活动' as kind,
    records.unit,
    records.activity_type,
    records.title,
    records.agenda,
    records.result,
    records.form,
    records.place,
    records.start_at,
    records.end_at,
    records.recorded_at,
    records.due_count,
    records.present_count,
    records.leave_count,
    uploads.file_name,
    records.source_row
from staging.activities as records
inner join staging.uploads as uploads on records.upload_id = uploads.upload_id
where records.record_id = $record_id and $kind = 'activity'
union all
select
    records.record_id,
    '行政会议' as kind,
    records.unit,
    null as activity_type,
    records.title,
    null as agenda,
    null as result,
    null as form,
    records.place,
    records.start_at,
    records.end_at,
    null as recorded_at,
    null as due_count,
    null as present_count,
    null as leave_count,
    uploads.file_name,
    records.source_row
from staging.admin_meetings as records
inner join staging.uploads as uploads on records.upload_id = uploads.upload_id
where records.record_id = $record_id and $kind = 'meeting'
