-- KPI totals of all months; is_differenced when a figure in them comes from the year to date.
select kpi_id, kpi_name, month, actual, target, attainment_rate, is_differenced
from mart.kpi_month
order by kpi_id, month
