-- KPI figures as accepted, of one month or of several together: the latest accepted row of each
-- grain. Places are given to positions in files only, so that ranking does not carry the texts.
-- grain: unit, month, months, kpi
with places as (
    select
        source._position,
        uploads.upload_id,
        uploads.upload_seq,
        row_number() over (
            partition by source.unit, source.month, coalesce(source.months, 1), source.kpi
            order by uploads.upload_seq desc, source._position desc
        ) as place
    from accepted.kpi_values as source
    inner join staging.uploads as uploads on source._upload_id = uploads.upload_id
)
select
    source.unit,
    source.month,
    coalesce(source.months, 1) as months,
    source.kpi,
    source.actual,
    source.target,
    source.ytd_actual,
    source.ytd_target,
    source.last_year,
    source.unit_of_measure,
    source.note,
    source.data_source,
    source._row as source_row,
    source._sheet as source_sheet,
    source._position as source_position,
    places.upload_id,
    places.upload_seq
from accepted.kpi_values as source
inner join places
    on source._upload_id = places.upload_id and source._position = places._position
where places.place = 1
