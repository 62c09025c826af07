-- Carriers as accepted: the latest accepted row of each grain.
-- grain: carrier_id
select
    source.carrier_id,
    source.kind,
    source.unit,
    source.name,
    source.kpi,
    source.baseline,
    source.target,
    source.start_on,
    source.end_on,
    source.trigger,
    source.member_count,
    source.result,
    source._row as source_row,
    source._sheet as source_sheet,
    uploads.upload_id,
    uploads.upload_seq
from accepted.carriers as source
inner join staging.uploads as uploads on source._upload_id = uploads.upload_id
qualify row_number() over (
    partition by source.carrier_id
    order by uploads.upload_seq desc, source._position desc
) = 1
