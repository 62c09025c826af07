-- KPI figures of single months with the unit's tree in that month. is_covered: a unit below
-- reports the same KPI in the same month, so this figure would count the same work twice.
-- grain: unit_id, month, kpi_id
select
    figures.unit_id,
    places.tree,
    figures.month,
    1.0 as weight,
    'kpi_values' as dataset,
    concat(figures.unit_id, '|', figures.month, '|', figures.kpi_id) as row_key,
    figures.upload_id,
    figures.source_sheet,
    figures.source_row,
    figures.kpi_id,
    figures.kpi_name,
    figures.direction,
    figures.actual,
    figures.target,
    figures.attainment_rate,
    least(greatest(figures.attainment_rate, 0.0), 1.5) as limited_rate,
    figures.weight as kpi_weight,
    figures.is_placebo,
    figures.is_differenced,
    covered.unit_id is not null as is_covered
from model.kpi_observations as figures
inner join model.unit_parents as places
    on figures.unit_id = places.unit_id and figures.month = places.month
left join model.kpi_covered as covered
    on figures.unit_id = covered.unit_id
    and figures.kpi_id = covered.kpi_id
    and figures.month = covered.month
