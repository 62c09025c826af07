-- Units as accepted: the latest accepted row of each grain.
-- grain: unit_id, valid_from
select
    source.unit_id,
    source.unit_name,
    source.aliases,
    source.parent_id,
    source.tree,
    source.unit_kind,
    source.valid_from,
    source.valid_to,
    source.predecessor_ids,
    source.expected_datasets,
    source._row as source_row,
    source._sheet as source_sheet,
    uploads.upload_id,
    uploads.upload_seq
from accepted.units as source
inner join staging.uploads as uploads on source._upload_id = uploads.upload_id
qualify row_number() over (
    partition by source.unit_id, source.valid_from
    order by uploads.upload_seq desc, source._position desc
) = 1
