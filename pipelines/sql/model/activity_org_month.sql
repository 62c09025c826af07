-- Activities counted where they were held: organisation, month and type.
-- grain: unit_id, month, activity_type
select
    unit_id,
    month,
    activity_type,
    count(*) as activity_count,
    coalesce(sum(present_count), 0) as participant_count,
    coalesce(sum(training_hours), 0.0) as hour_count,
    sum(is_late) as late_count,
    coalesce(sum(case when is_late = 1 then present_count end), 0) as late_participant_count,
    coalesce(sum(case when is_late = 1 then training_hours end), 0.0) as late_hour_count
from model.activity_records
where unit_id is not null
group by unit_id, month, activity_type
