-- 从哪来: the source rows of one KPI in $month; all units when $unit_id is null. is_counted: the
-- figure is part of the organisation's total.
select
    units.unit_name,
    figures.kpi_name,
    figures.actual,
    figures.target,
    figures.attainment_rate,
    covered.unit_id is null as is_counted,
    figures.is_differenced,
    figures.problem,
    uploads.file_name,
    figures.source_sheet as sheet,
    figures.source_row,
    figures.upload_id,
    uploads.uploaded_by,
    uploads.uploaded_at,
    uploads.sha256
from model.kpi_observations as figures
inner join model.unit_labels as units
    on figures.unit_id = units.unit_id
    and units.since <= cast($day as date)
    and cast($day as date) < units.next_on
inner join staging.uploads as uploads on figures.upload_id = uploads.upload_id
left join model.kpi_covered as covered
    on figures.unit_id = covered.unit_id
    and figures.kpi_id = covered.kpi_id
    and figures.month = covered.month
where figures.month = $month
    and figures.kpi_id = $kpi_id
    and ($unit_id is null or figures.unit_id = $unit_id)
order by units.unit_name, figures.source_row
