-- 从哪来 of a pair: the source rows of one unit from $first_month to $last_month, its KPI figures
-- and the activities that reach it, with the share by which they do.
with reaching as (
    select
        bridge.admin_unit_id as unit_id,
        held.record_id,
        held.month,
        held.is_late,
        held.training_hours,
        held.present_count,
        bridge.share
    from model.activity_records as held
    inner join model.bridge_months as bridge
        on held.unit_id = bridge.party_unit_id and held.month = bridge.month
    where held.activity_type = $activity_type
    union all
    select unit_id, record_id, month, is_late, training_hours, present_count, 1.0 as share
    from model.activity_records
    where tree = 'admin' and activity_type = $activity_type
)
select
    figures.month,
    'kpi' as kind,
    figures.kpi_name as title,
    figures.actual,
    null as share,
    null as present_count,
    null as training_hours,
    0 as is_late,
    uploads.file_name,
    figures.source_sheet as sheet,
    figures.source_row,
    figures.upload_id,
    uploads.uploaded_by
from model.kpi_observations as figures
inner join staging.uploads as uploads on figures.upload_id = uploads.upload_id
where figures.unit_id = $unit_id
    and figures.kpi_id = $kpi_id
    and figures.month between $first_month and $last_month
union all
select
    reaching.month,
    'activity' as kind,
    records.title,
    null as actual,
    reaching.share,
    reaching.present_count,
    reaching.training_hours,
    reaching.is_late,
    uploads.file_name,
    records.source_sheet as sheet,
    records.source_row,
    records.upload_id,
    uploads.uploaded_by
from reaching
inner join staging.activities as records on reaching.record_id = records.record_id
inner join staging.uploads as uploads on records.upload_id = uploads.upload_id
where reaching.unit_id = $unit_id and reaching.month between $first_month and $last_month
order by month, kind, source_row
