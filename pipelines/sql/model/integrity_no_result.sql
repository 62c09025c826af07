-- 痕迹无结果: a form of reading or watching, and nothing written as its result.
-- grain: record_id
-- record: record_id
select
    records.record_id,
    concat('形式为“', records.form, '”，活动结果一栏为空') as detail
from staging.activities as records
inner join staging.integrity_thresholds as forms
    on forms.check_id = 'no_result'
    and forms.threshold = 'forms'
    and records.form = forms.word
where trim(coalesce(records.result, '')) = ''
