-- Activities of an organisation by day.
-- grain: unit_id, day
select
    placed.unit_id,
    cast(records.start_at as date) as day,
    count(*) as activity_count
from staging.activities as records
inner join model.activity_records as placed on records.record_id = placed.record_id
where placed.unit_id is not null
group by placed.unit_id, cast(records.start_at as date)
