-- Months with activities, newest first.
select month, sum(activity_count) as record_count
from mart.activity_month
group by month
order by month desc
