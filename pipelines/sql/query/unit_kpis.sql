-- KPI figures that $unit_id reports itself, all months.
select
    figures.kpi_id,
    figures.kpi_name,
    figures.month,
    figures.actual,
    figures.target,
    figures.attainment_rate,
    figures.is_placebo,
    figures.unit_of_measure,
    figures.weight
from mart.kpi_unit_month as figures
where figures.unit_id = $unit_id
order by figures.kpi_id, figures.month
