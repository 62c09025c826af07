-- Activities of $month by type beside those of $previous_month.
select
    now.activity_type,
    now.activity_count,
    coalesce(before.activity_count, 0) as previous_activity_count,
    now.unit_count,
    now.participant_count,
    now.late_count
from mart.activity_month as now
left join mart.activity_month as before
    on now.activity_type = before.activity_type and before.month = $previous_month
where now.month = $month
order by now.activity_count desc, now.activity_type
