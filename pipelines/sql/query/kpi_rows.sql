-- 从哪来: the source rows of one KPI in $month; all units when $unit_id is null.
select
    units.unit_name,
    figures.kpi_name,
    figures.actual,
    figures.target,
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
inner join model.units as units on figures.unit_id = units.unit_id
inner join staging.uploads as uploads on figures.upload_id = uploads.upload_id
where figures.month = $month
    and figures.kpi_id = $kpi_id
    and ($unit_id is null or figures.unit_id = $unit_id)
order by units.unit_name, figures.source_row
