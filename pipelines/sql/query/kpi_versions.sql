-- How each KPI is judged and added up, version by version.
select kpi_id, first_month, direction, aggregation
from model.kpi_versions
order by kpi_id, first_month
