-- KPI definitions as accepted: the latest accepted row of each grain.
-- grain: kpi_id, valid_from
select
    source.kpi_id,
    source.name,
    source.aliases,
    source.unit_of_measure,
    source.direction,
    source.band_low,
    source.band_high,
    source.aggregation,
    source.category,
    source.tier,
    source.weight,
    source.weight_reason,
    source.horizon,
    source.is_placebo,
    source.valid_from,
    source._row as source_row,
    source._sheet as source_sheet,
    uploads.upload_id,
    uploads.upload_seq
from accepted.kpi_definitions as source
inner join staging.uploads as uploads on source._upload_id = uploads.upload_id
qualify row_number() over (
    partition by source.kpi_id, source.valid_from
    order by uploads.upload_seq desc, source._position desc
) = 1
