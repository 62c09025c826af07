-- The last month reported: KPI figures, or without any the newest month of activities, head counts
-- or closed items. Follow-ups and key tasks are judged up to its end and never by today's date.
-- grain: last_month
with found as (
    select coalesce(
        (select max(month) from staging.kpi_values),
        (select max(month) from staging.activities),
        (select max(month) from staging.headcounts),
        (select max(strftime(closed_on, '%Y-%m')) from staging.actions),
        (select max(strftime(done_on, '%Y-%m')) from staging.task_steps)
    ) as last_month
)
select last_month, last_day(cast(last_month || '-01' as date)) as last_day
from found
