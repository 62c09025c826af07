-- What the checks of the activity log found, one row a check and record, with the 说明 of the
-- unit where there is one. Leads for checking, not conclusions.
-- grain: check_id, record_id
-- record: record_id
with found as (
    select 'late_record' as check_id, record_id, cast(null as varchar) as other_record_id, detail
    from model.integrity_late_record
    union all
    select 'misdated' as check_id, record_id, cast(null as varchar) as other_record_id, detail
    from model.integrity_misdated
    union all
    select 'burst' as check_id, record_id, cast(null as varchar) as other_record_id, detail
    from model.integrity_burst
    union all
    select 'near_duplicate' as check_id, record_id, other_record_id, detail
    from model.integrity_near_duplicate
    union all
    select 'merged_meeting' as check_id, record_id, other_record_id, detail
    from model.integrity_merged_meeting
    union all
    select 'counts' as check_id, record_id, cast(null as varchar) as other_record_id, detail
    from model.integrity_counts
    union all
    select 'no_result' as check_id, record_id, cast(null as varchar) as other_record_id, detail
    from model.integrity_no_result
)
select
    found.check_id,
    found.record_id,
    placed.unit_id,
    records.month,
    found.other_record_id,
    found.detail,
    records.upload_id,
    records.source_sheet,
    records.source_row,
    explanations.text as explanation
from found
inner join staging.activities as records on found.record_id = records.record_id
inner join model.activity_records as placed on found.record_id = placed.record_id
left join staging.explanations as explanations
    on concat('integrity:', found.check_id, ':', found.record_id) = explanations.subject
