-- Monthly KPI figures as accepted: the latest accepted row of each grain. Places are
-- given to row numbers only, so that ranking does not carry the texts.
-- grain: unit, month, kpi
with places as (
    select
        source._row,
        uploads.upload_id,
        uploads.upload_seq,
        row_number() over (
            partition by source.unit, source.month, source.kpi
            order by uploads.upload_seq desc, source._row desc
        ) as place
    from accepted.kpi_values as source
    inner join staging.uploads as uploads on source._upload_id = uploads.upload_id
)
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
    places.upload_id,
    places.upload_seq
from accepted.kpi_values as source
inner join places
    on source._upload_id = places.upload_id and source._row = places._row
where places.place = 1
