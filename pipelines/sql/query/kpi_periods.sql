-- Figures of several months together in the year of $month, up to it, with where they come from.
select
    figures.unit_id,
    units.unit_name,
    figures.kpi_id,
    figures.kpi_name,
    written.unit_of_measure,
    figures.month,
    figures.months,
    figures.actual,
    figures.target,
    figures.last_year,
    figures.is_converted,
    figures.problem,
    uploads.file_name,
    figures.source_sheet as sheet,
    figures.source_row,
    figures.upload_id
from model.kpi_periods as figures
inner join model.unit_labels as units
    on figures.unit_id = units.unit_id
    and units.since <= cast($day as date)
    and cast($day as date) < units.next_on
inner join staging.uploads as uploads on figures.upload_id = uploads.upload_id
inner join model.kpi_figures as written
    on figures.unit_id = written.unit_id
    and figures.kpi_id = written.kpi_id
    and figures.month = written.month
    and figures.months = written.months
where figures.month <= $month and substr(figures.month, 1, 4) = substr($month, 1, 4)
order by figures.month desc, figures.kpi_id, units.unit_name, figures.months
