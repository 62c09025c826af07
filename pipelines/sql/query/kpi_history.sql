-- KPI totals of all months.
select kpi_id, kpi_name, month, actual, target, attainment_rate
from mart.kpi_month
order by kpi_id, month
