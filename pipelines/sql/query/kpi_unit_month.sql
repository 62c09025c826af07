-- KPI figures by unit and month, for analysis.
select unit_id, kpi_id, kpi_name, month, actual, target, direction, is_placebo
from mart.kpi_unit_month
where actual is not null
order by unit_id, kpi_id, month
