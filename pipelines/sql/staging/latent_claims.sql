-- Latent claims as accepted: the latest accepted row of each grain.
-- grain: claim_id
select
    source.claim_id,
    source.unit,
    source.mechanism,
    source.verifying_kpi,
    source.expected_change,
    source.window_start,
    source.window_end,
    source.due_on,
    source.owner_post,
    source.note,
    source._row as source_row,
    source._sheet as source_sheet,
    uploads.upload_id,
    uploads.upload_seq
from accepted.latent_claims as source
inner join staging.uploads as uploads on source._upload_id = uploads.upload_id
qualify row_number() over (
    partition by source.claim_id
    order by uploads.upload_seq desc, source._position desc
) = 1
