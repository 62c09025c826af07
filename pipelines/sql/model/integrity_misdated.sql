-- 倒签: recorded on a day before the one on which it is said to have been held.
-- grain: record_id
-- record: record_id
select
    records.record_id,
    concat(
        '所写举办日 ', strftime(records.start_at, '%Y-%m-%d'),
        ' 晚于登记日 ', strftime(records.recorded_at, '%Y-%m-%d'),
        '，相差 ', cast(datediff('day', records.recorded_at, records.start_at) as varchar), ' 天'
    ) as detail
from staging.activities as records
inner join staging.integrity_thresholds as days
    on days.check_id = 'misdated' and days.threshold = 'days'
where datediff('day', records.recorded_at, records.start_at) >= days.number
