-- What each upload says of a follow-up item: the last row of the upload, the month that the upload
-- tells of (file_day in followup_rules), and whether it is the first that has the item. Ledgers say
-- neither when an item was opened nor when it was reopened; this is all there is to date it by.
-- grain: action_id, upload_seq
with rows as (
    select
        source.action_id,
        uploads.upload_seq,
        uploads.uploaded_at,
        source.due_on,
        source.due_raw,
        source.closed_on,
        coalesce(source.status, case when source.closed_on is null then 'open' else 'closed' end)
            = 'closed' as is_closed,
        coalesce(source.reopened, false)
            or (source.status = 'open' and source.closed_on is not null) as is_marked
    from accepted.actions as source
    inner join staging.uploads as uploads on source._upload_id = uploads.upload_id
    qualify row_number() over (
        partition by source.action_id, uploads.upload_seq order by source._position desc
    ) = 1
)
select
    rows.action_id,
    rows.upload_seq,
    cast(rows.uploaded_at as date) as told_on,
    case
        when extract(day from rows.uploaded_at) > rules.value
            then strftime(rows.uploaded_at, '%Y-%m')
        else strftime(rows.uploaded_at - interval 1 month, '%Y-%m')
    end as told_month,
    row_number() over (partition by rows.action_id order by rows.upload_seq) = 1 as is_first,
    rows.due_on,
    rows.due_raw,
    rows.closed_on,
    rows.is_closed,
    rows.is_marked
from rows
inner join staging.followup_rules as rules on rules.rule = 'file_day'
