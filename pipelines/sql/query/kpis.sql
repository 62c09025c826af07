-- The KPI dictionary as it is now.
select
    kpi_id, kpi_name, unit_of_measure, direction, band_low, band_high, aggregation, category,
    tier, weight, weight_reason, horizon, is_placebo, valid_from
from model.kpis
order by kpi_id
