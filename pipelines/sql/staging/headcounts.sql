-- Head counts as accepted: the latest accepted row of each grain.
-- grain: unit, month
select
    source.unit,
    source.month,
    source.members,
    source.staff,
    source.full_time_officers,
    source.part_time_officers,
    source.training_hours,
    source.backbone_to_member,
    source.member_to_backbone,
    source.cross_posted,
    source._row as source_row,
    source._sheet as source_sheet,
    uploads.upload_id,
    uploads.upload_seq
from accepted.headcounts as source
inner join staging.uploads as uploads on source._upload_id = uploads.upload_id
qualify row_number() over (
    partition by source.unit, source.month
    order by uploads.upload_seq desc, source._position desc
) = 1
