-- The bridge between the two trees as accepted: the latest accepted row of each grain.
-- grain: party_unit_id, admin_unit_id, valid_from
select
    source.party_unit_id,
    source.admin_unit_id,
    source.share,
    source.valid_from,
    source.valid_to,
    source._row as source_row,
    source._sheet as source_sheet,
    uploads.upload_id,
    uploads.upload_seq
from accepted.unit_bridge as source
inner join staging.uploads as uploads on source._upload_id = uploads.upload_id
qualify row_number() over (
    partition by source.party_unit_id, source.admin_unit_id, source.valid_from
    order by uploads.upload_seq desc, source._position desc
) = 1
