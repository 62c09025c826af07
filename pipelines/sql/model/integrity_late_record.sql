-- 补录: recorded more days after it was held than the threshold allows.
-- grain: record_id
-- record: record_id
select
    records.record_id,
    concat(
        '举办于 ', strftime(records.start_at, '%Y-%m-%d'),
        '，登记于 ', strftime(records.recorded_at, '%Y-%m-%d'),
        '，相隔 ', cast(datediff('day', records.start_at, records.recorded_at) as varchar), ' 天'
    ) as detail
from staging.activities as records
inner join staging.integrity_thresholds as days
    on days.check_id = 'late_record' and days.threshold = 'days'
where datediff('day', records.start_at, records.recorded_at) > days.number
