-- Key tasks as accepted: the latest accepted row of each grain.
-- grain: task_id
select
    source.task_id,
    source.name,
    source.unit,
    source.kpi,
    source.start_on,
    source.due_on,
    source.status,
    source._row as source_row,
    source._sheet as source_sheet,
    uploads.upload_id,
    uploads.upload_seq
from accepted.key_tasks as source
inner join staging.uploads as uploads on source._upload_id = uploads.upload_id
qualify row_number() over (
    partition by source.task_id
    order by uploads.upload_seq desc, source._position desc
) = 1
