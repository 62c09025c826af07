-- Each KPI as it is defined now.
-- grain: kpi_id
select
    rows.kpi_id,
    rows.name as kpi_name,
    rows.aliases,
    rows.unit_of_measure,
    rows.direction,
    rows.band_low,
    rows.band_high,
    rows.aggregation,
    rows.category,
    rows.tier,
    rows.weight,
    rows.weight_reason,
    rows.horizon,
    coalesce(rows.is_placebo, false) as is_placebo,
    rows.valid_from
from staging.kpi_definitions as rows
qualify row_number() over (partition by rows.kpi_id order by rows.valid_from desc) = 1
