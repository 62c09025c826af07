-- KPI figures by unit and month as the pages read them.
-- grain: unit_id, kpi_id, month
select
    unit_id,
    kpi_id,
    kpi_name,
    month,
    unit_of_measure,
    actual,
    target,
    attainment_rate,
    weight,
    direction,
    is_placebo,
    is_differenced
from model.kpi_observations
