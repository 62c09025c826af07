-- Plan items as accepted: the latest accepted row of each grain.
-- grain: unit, month, item
select
    source.unit,
    source.month,
    source.item,
    source.planned_on,
    source.done_on,
    source.hours,
    source._row as source_row,
    source._sheet as source_sheet,
    uploads.upload_id,
    uploads.upload_seq
from accepted.plan_items as source
inner join staging.uploads as uploads on source._upload_id = uploads.upload_id
qualify row_number() over (
    partition by source.unit, source.month, source.item
    order by uploads.upload_seq desc, source._position desc
) = 1
