-- Figures of several months together (1—2月, 一季度), as reported; they are never split. The
-- month is the last of the period.
-- grain: unit_id, kpi_id, month, months
select
    figures.unit_id,
    figures.kpi_id,
    coalesce(kpis.kpi_name, figures.kpi_id) as kpi_name,
    figures.month,
    figures.months,
    figures.actual,
    figures.target,
    figures.last_year,
    figures.is_converted,
    figures.problem,
    figures.source_row,
    figures.source_sheet,
    figures.upload_id
from model.kpi_figures as figures
left join model.kpis as kpis on figures.kpi_id = kpis.kpi_id
where figures.months > 1
