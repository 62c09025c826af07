-- Months with KPI figures, newest first.
select
    figures.month,
    count(*) as kpi_row_count,
    coalesce((
        select sum(activity_count) from mart.activity_month as held
        where held.month = figures.month
    ), 0) as activity_row_count
from mart.kpi_unit_month as figures
group by figures.month
order by figures.month desc
