-- How each KPI is judged and added up, version by version.
select kpi_id, first_month, before_month, direction, band_low, band_high, aggregation, weight
from model.kpi_terms
order by kpi_id, first_month
