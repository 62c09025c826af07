-- Activities with the organisation resolved and whether they were recorded late: more days after
-- they were held than the threshold of the check 补录 allows.
-- grain: record_id
-- record: record_id
select
    records.record_id,
    owners.unit_id,
    units.tree,
    records.unit as unit_text,
    records.month,
    records.activity_type,
    records.present_count,
    records.training_hours,
    case
        when records.recorded_at is null then 0
        when datediff('day', records.start_at, records.recorded_at) > days.number then 1
        else 0
    end as is_late,
    records.upload_id
from staging.activities as records
left join model.unit_months as owners
    on records.unit = owners.spelling and records.month = owners.month
left join model.units as units on owners.unit_id = units.unit_id
left join staging.integrity_thresholds as days
    on days.check_id = 'late_record' and days.threshold = 'days'
