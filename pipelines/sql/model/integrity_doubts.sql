-- Activities in which a check found something, and how much of it the unit has stated something
-- about. 痕迹无结果 does not count here: it is no doubt about the record.
-- grain: record_id
-- record: record_id
select record_id, count(*) as finding_count, count(explanation) as explained_count
from model.integrity_findings
where check_id <> 'no_result'
group by record_id
