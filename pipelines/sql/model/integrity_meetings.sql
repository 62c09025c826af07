-- Administrative meetings with the unit that held them, at their place, once for the day on which
-- they begin and, over midnight, once more for the day on which they end.
-- grain: record_id, day
with placed as (
    select
        meetings.record_id,
        owners.unit_id,
        owners.month,
        meetings.start_at,
        meetings.end_at,
        trim(meetings.place) as place
    from staging.admin_meetings as meetings
    inner join model.unit_months as owners
        on meetings.unit = owners.spelling
        and strftime(meetings.start_at, '%Y-%m') = owners.month
)
select *, cast(start_at as date) as day
from placed
union all
select *, cast(end_at as date) as day
from placed
where cast(end_at as date) > cast(start_at as date)
