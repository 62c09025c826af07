-- When follow-up items were closed, and opened again: uploads one after the other that have an item
-- closed are one closing, ended by the first that has it open again.
-- closed_on: as the last of them has it; not a date from before the item was opened again.
-- closed_month: of that date, without one of the first of them; null (always) when no upload had
-- the item open before.
-- reopened_month: of the upload that has it open again, null while the closing stands. When both
-- tell of one month its last word counts: the closing holds at the end of no month.
-- An open item with a closing date and no such history was closed and opened again.
-- grain: action_id, closing
with told as (
    select
        *,
        coalesce(lag(is_closed) over (partition by action_id order by upload_seq), false)
            as was_closed,
        lead(is_closed) over (partition by action_id order by upload_seq) as is_closed_next,
        lead(told_month) over (partition by action_id order by upload_seq) as next_month
    from model.followup_told
),
numbered as (
    select
        *,
        sum(case when is_closed and not was_closed then 1 else 0 end)
            over (partition by action_id order by upload_seq) as closing
    from told
),
closings as (
    select
        action_id,
        cast(closing as bigint) as closing,
        max(is_first) as is_first,
        min(told_month) as first_month,
        max(case when not coalesce(is_closed_next, false) then closed_on end) as closed_on,
        max(case when not is_closed_next then next_month end) as next_month
    from numbered
    where is_closed
    group by action_id, closing
),
compared as (
    select
        *,
        lag(case when next_month = first_month then strftime(closed_on, '%Y-%m') else next_month end)
            over (partition by action_id order by closing) as before_month
    from closings
),
own as (
    select
        *,
        case
            when before_month is null or strftime(closed_on, '%Y-%m') >= before_month
                then closed_on
        end as own_on
    from compared
),
found as (
    select
        action_id,
        closing,
        own_on as closed_on,
        coalesce(strftime(own_on, '%Y-%m'), case when not is_first then first_month end)
            as closed_month,
        next_month,
        first_month = next_month as is_of_one_month
    from own
    union all
    select
        action_id,
        1 as closing,
        closed_on,
        case when is_first then strftime(closed_on, '%Y-%m') else told_month end as closed_month,
        told_month as next_month,
        true as is_of_one_month
    from told
    where next_month is null and closed_on is not null and not is_closed
        and action_id not in (select action_id from closings)
)
select
    action_id,
    closing,
    closed_on,
    closed_month,
    case when is_of_one_month then coalesce(closed_month, '') else next_month end
        as reopened_month
from found
