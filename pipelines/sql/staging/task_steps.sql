-- Steps of key tasks as accepted: the latest accepted row of each grain.
-- grain: task_id, step, side
select
    source.task_id,
    source.step,
    source.side,
    source.done_on,
    source._row as source_row,
    source._sheet as source_sheet,
    uploads.upload_id,
    uploads.upload_seq
from accepted.task_steps as source
inner join staging.uploads as uploads on source._upload_id = uploads.upload_id
qualify row_number() over (
    partition by source.task_id, source.step, source.side
    order by uploads.upload_seq desc, source._position desc
) = 1
