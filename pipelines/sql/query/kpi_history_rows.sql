-- Every source row of one KPI of one unit, by month: what a comparison over time was made of.
select
    figures.month,
    figures.actual,
    uploads.file_name,
    figures.source_sheet as sheet,
    figures.source_row,
    figures.upload_id,
    uploads.uploaded_by
from model.kpi_observations as figures
inner join staging.uploads as uploads on figures.upload_id = uploads.upload_id
where figures.unit_id = $unit_id and figures.kpi_id = $kpi_id
order by figures.month, figures.source_row
