-- What the uploads say one after the other about a follow-up item: the day it first came, and, where
-- an upload had it closed and a later one has it open again, when it was first closed (null when
-- that file gave no date). The ledgers say neither when an item was opened nor when it was reopened.
-- grain: action_id
with told as (
    select
        source.action_id,
        uploads.upload_seq,
        uploads.uploaded_at,
        source.closed_on,
        coalesce(source.status, case when source.closed_on is null then 'open' else 'closed' end)
            = 'closed' as is_closed
    from accepted.actions as source
    inner join staging.uploads as uploads on source._upload_id = uploads.upload_id
),
spans as (
    select
        action_id,
        cast(min(uploaded_at) as date) as first_seen_on,
        max(case when not is_closed then upload_seq end) as last_open_seq
    from told
    group by action_id
)
select
    spans.action_id,
    spans.first_seen_on,
    count(case when told.is_closed and told.upload_seq < spans.last_open_seq then 1 end) > 0
        as opened_again,
    min(case when told.is_closed and told.upload_seq < spans.last_open_seq then told.closed_on end)
        as closed_before_on
from spans
inner join told on spans.action_id = told.action_id
group by spans.action_id, spans.first_seen_on
