-- KPI figures by unit and month as the pages read them.
-- grain: unit_id, kpi_id, month
select
    unit_id,
    kpi_id,
    kpi_name,
    month,
    actual,
    target,
    attainment_rate,
    weight,
    direction,
    is_placebo,
    is_differenced
from model.kpi_observations
