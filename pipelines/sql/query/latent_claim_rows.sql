-- Figures of $kpi_id of $unit_id from $first to $last, with their files: what a verdict rests on.
select
    figures.month,
    figures.actual,
    figures.target,
    uploads.file_name,
    figures.source_sheet as sheet,
    figures.source_row,
    uploads.uploaded_by,
    figures.upload_id
from model.kpi_observations as figures
inner join staging.uploads as uploads on figures.upload_id = uploads.upload_id
where figures.unit_id = $unit_id
    and figures.kpi_id = $kpi_id
    and figures.month between $first and $last
order by figures.month
