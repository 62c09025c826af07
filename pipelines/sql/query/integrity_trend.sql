-- Findings by month and check beside the activities of the month; one unit or all ($unit_id null).
with held as (
    select month, count(*) as record_count
    from model.activity_records
    where $unit_id is null or unit_id = $unit_id
    group by month
),
found as (
    select month, check_id, count(*) as finding_count
    from model.integrity_findings
    where $unit_id is null or unit_id = $unit_id
    group by month, check_id
),
checks as (select distinct check_id from model.integrity_findings)
select
    held.month,
    checks.check_id,
    held.record_count,
    coalesce(found.finding_count, 0) as finding_count
from held
cross join checks
left join found on held.month = found.month and checks.check_id = found.check_id
order by checks.check_id, held.month
