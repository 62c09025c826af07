-- 从哪来 of the KPIs of $unit_id from $first_month to $last_month: every row with its attainment
-- and the weight that it has in the attainment index.
select
    figures.month,
    figures.kpi_id,
    figures.kpi_name,
    figures.unit_of_measure,
    figures.actual,
    figures.target,
    figures.attainment_rate,
    figures.weight,
    figures.is_placebo,
    figures.is_differenced,
    figures.problem,
    figures.source_sheet as sheet,
    figures.source_row,
    figures.upload_id
from model.kpi_observations as figures
where figures.unit_id = $unit_id and figures.month between $first_month and $last_month
order by figures.month desc, figures.kpi_id, figures.source_row
