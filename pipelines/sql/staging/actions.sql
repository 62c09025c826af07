-- Follow-up items as accepted: the latest accepted row of each grain.
-- grain: action_id
select
    source.action_id,
    source.source_kind,
    source.source_id,
    source.unit,
    source.text,
    source.owner_post,
    source.measure,
    source.due_raw,
    source.due_on,
    source.status,
    source.closed_on,
    source.verified_by_post,
    source.reopened,
    source._row as source_row,
    source._sheet as source_sheet,
    uploads.upload_id,
    uploads.upload_seq
from accepted.actions as source
inner join staging.uploads as uploads on source._upload_id = uploads.upload_id
qualify row_number() over (
    partition by source.action_id
    order by uploads.upload_seq desc, source._position desc
) = 1
