-- Activities counted where they were held: organisation, month and type.
-- grain: unit_id, month, activity_type
select
    unit_id,
    month,
    activity_type,
    count(*) as activity_count,
    coalesce(sum(present_count), 0) as participant_count,
    sum(is_late) as late_count
from model.activity_records
where unit_id is not null
group by unit_id, month, activity_type
