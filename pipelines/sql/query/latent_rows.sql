-- 从哪来 of a stock: the activities from $first to $last that reach $unit_id, each with the share
-- by which it does, and the people on duty that the unit reported for $last.
with reaching as (
    select
        bridge.admin_unit_id as unit_id,
        held.record_id,
        held.month,
        held.activity_type,
        bridge.share
    from model.activity_records as held
    inner join model.bridge_months as bridge
        on held.unit_id = bridge.party_unit_id and held.month = bridge.month
    union all
    select unit_id, record_id, month, activity_type, 1.0 as share
    from model.activity_records
    where tree = 'admin'
)
select
    'activity' as kind,
    reaching.month,
    reaching.activity_type,
    records.title,
    reaching.share as amount,
    uploads.file_name,
    records.source_sheet as sheet,
    records.source_row,
    records.upload_id,
    uploads.uploaded_by
from reaching
inner join staging.activities as records on reaching.record_id = records.record_id
inner join staging.uploads as uploads on records.upload_id = uploads.upload_id
where reaching.unit_id = $unit_id and reaching.month between $first and $last
union all
select
    'heads' as kind,
    counted.month,
    null as activity_type,
    null as title,
    counted.staff as amount,
    uploads.file_name,
    counted.source_sheet as sheet,
    counted.source_row,
    counted.upload_id,
    uploads.uploaded_by
from model.capacity_facts as counted
inner join staging.uploads as uploads on counted.upload_id = uploads.upload_id
where counted.unit_id = $unit_id and counted.month = $last
order by kind, month, activity_type, source_row
