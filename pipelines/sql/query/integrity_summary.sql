-- Findings by check; all months when $month is null, all units when $unit_id is null.
select
    check_id,
    count(*) as finding_count,
    count(explanation) as explained_count,
    count(distinct unit_id) as unit_count
from model.integrity_findings
where ($month is null or month = $month) and ($unit_id is null or unit_id = $unit_id)
group by check_id
