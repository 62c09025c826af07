-- 人数矛盾: more present than due, present and on leave more than due, or a number below zero.
-- grain: record_id
-- record: record_id
select
    records.record_id,
    concat(
        '应到 ', coalesce(cast(records.due_count as varchar), '未填'),
        '，实到 ', coalesce(cast(records.present_count as varchar), '未填'),
        '，请假 ', coalesce(cast(records.leave_count as varchar), '未填')
    ) as detail
from staging.activities as records
inner join staging.integrity_thresholds as tolerance
    on tolerance.check_id = 'counts' and tolerance.threshold = 'tolerance'
where records.present_count > records.due_count + tolerance.number
    or coalesce(records.present_count, 0) + coalesce(records.leave_count, 0)
    > records.due_count + tolerance.number
    or least(records.due_count, records.present_count, records.leave_count) < 0
