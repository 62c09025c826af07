-- Activities of the whole organisation by month and type, each counted once where it was held.
-- grain: month, activity_type
select
    month,
    activity_type,
    sum(activity_count) as activity_count,
    count(distinct unit_id) as unit_count,
    sum(participant_count) as participant_count,
    sum(late_count) as late_count
from model.activity_org_month
group by month, activity_type
