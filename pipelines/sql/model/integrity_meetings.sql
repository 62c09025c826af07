-- Administrative meetings with the unit that held them, their day and place.
-- grain: record_id
select
    meetings.record_id,
    owners.unit_id,
    owners.month,
    cast(meetings.start_at as date) as day,
    meetings.start_at,
    meetings.end_at,
    trim(meetings.place) as place
from staging.admin_meetings as meetings
inner join model.unit_months as owners
    on meetings.unit = owners.spelling
    and strftime(meetings.start_at, '%Y-%m') = owners.month
