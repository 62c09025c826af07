-- Administrative meetings as accepted: the latest accepted row of each grain.
-- grain: record_id
select
    source.record_id,
    source.unit,
    source.title,
    source.start_at,
    source.end_at,
    source.place,
    source._row as source_row,
    source._sheet as source_sheet,
    uploads.upload_id,
    uploads.upload_seq
from accepted.admin_meetings as source
inner join staging.uploads as uploads on source._upload_id = uploads.upload_id
qualify row_number() over (
    partition by source.record_id
    order by uploads.upload_seq desc, source._position desc
) = 1
