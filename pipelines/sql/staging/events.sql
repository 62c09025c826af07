-- Events as accepted: the latest accepted row of each grain.
-- grain: event_id
select
    source.event_id,
    source.unit,
    source.start_on,
    source.end_on,
    source.kind,
    source.label,
    source._row as source_row,
    source._sheet as source_sheet,
    uploads.upload_id,
    uploads.upload_seq
from accepted.events as source
inner join staging.uploads as uploads on source._upload_id = uploads.upload_id
qualify row_number() over (
    partition by source.event_id
    order by uploads.upload_seq desc, source._position desc
) = 1
