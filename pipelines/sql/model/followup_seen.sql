-- The day a follow-up item first came with an upload; the ledgers do not say when it was opened.
-- grain: action_id
select source.action_id, cast(min(uploads.uploaded_at) as date) as first_seen_on
from accepted.actions as source
inner join staging.uploads as uploads on source._upload_id = uploads.upload_id
group by source.action_id
