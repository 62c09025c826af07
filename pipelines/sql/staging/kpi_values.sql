-- Monthly KPI figures as accepted: the latest accepted row of each grain.
-- grain: unit, month, kpi
select
    source.unit,
    source.month,
    source.kpi,
    source.actual,
    source.target,
    source.ytd_actual,
    source.ytd_target,
    source.last_year,
    source.note,
    source.data_source,
    source._row as source_row,
    source._sheet as source_sheet,
    uploads.upload_id,
    uploads.upload_seq
from accepted.kpi_values as source
inner join staging.uploads as uploads on source._upload_id = uploads.upload_id
qualify row_number() over (
    partition by source.unit, source.month, source.kpi
    order by uploads.upload_seq desc, source._row desc
) = 1
