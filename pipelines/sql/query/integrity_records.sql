-- Activities, and those with a finding that doubts the record; $month, $unit_id: null means all.
select
    count(*) as record_count,
    count(found.record_id) as found_count,
    count(case when found.finding_count = found.explained_count then 1 end) as explained_count
from model.activity_records as records
left join model.integrity_doubts as found on records.record_id = found.record_id
where ($month is null or records.month = $month)
    and ($unit_id is null or records.unit_id = $unit_id)
