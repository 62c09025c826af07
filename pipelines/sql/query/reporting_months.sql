-- Months that reports were due for, newest first, and how many reports came in.
select
    status.month,
    count(*) as owed_count,
    sum(case when status.received_at is not null then 1 else 0 end) as received_count
from model.reporting_status as status
group by status.month
order by status.month desc
