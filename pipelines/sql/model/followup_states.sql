-- The state of every follow-up item at the end of every month from the one in which it was opened:
-- the one place that decides it. Closed is what a closing covers, with or without a date; an upload
-- that opens an item again later, or puts its due date off, changes no month before its own.
-- closed_month, closed_on, reopens_month: of the closing that covers the end of the month.
-- due_month: in which it falls due, the one of a changed date when that is later than the date.
-- opened_again: opened again by then after a closing; closed_before_on: the first such closing.
-- grain: action_id, month
with months as (
    select
        items.action_id,
        dues.due_on,
        dues.due_raw,
        dues.due_word,
        dues.word_days,
        greatest(strftime(dues.due_on, '%Y-%m'), dues.from_month) as due_month,
        items.first_seen_on,
        items.is_marked and coalesce(items.marked_month, '') <= months.month as is_marked,
        months.month,
        last_day(cast(months.month || '-01' as date)) as month_end
    from model.followups as items
    inner join model.months as months on coalesce(items.opened_month, '') <= months.month
    inner join model.followup_dues as dues
        on items.action_id = dues.action_id
        and dues.from_month <= months.month
        and months.month < dues.until_month
),
known as (
    select
        months.action_id,
        months.month,
        closings.closed_month,
        closings.closed_on,
        closings.reopened_month,
        coalesce(closings.reopened_month <= months.month, false) as is_over
    from months
    inner join model.followup_closings as closings
        on months.action_id = closings.action_id
        and coalesce(closings.closed_month, '') <= months.month
),
closed as (
    select
        action_id,
        month,
        max(not is_over) as was_closed,
        max(case when not is_over then closed_month end) as closed_month,
        max(case when not is_over then closed_on end) as closed_on,
        max(case when not is_over then reopened_month end) as reopens_month,
        max(is_over) as opened_again,
        min(case when is_over then closed_on end) as closed_before_on
    from known
    group by action_id, month
),
seen as (
    select
        months.*,
        coalesce(closed.was_closed, false) as was_closed,
        closed.closed_month,
        closed.closed_on,
        closed.reopens_month,
        coalesce(closed.opened_again, false) as opened_again,
        closed.closed_before_on
    from months
    left join closed on months.action_id = closed.action_id and months.month = closed.month
)
select
    action_id,
    month,
    due_on,
    due_raw,
    due_word,
    due_month,
    was_closed,
    closed_month,
    closed_on,
    reopens_month,
    is_marked or opened_again as was_reopened,
    opened_again,
    closed_before_on,
    case
        when was_closed and closed_on is null then 'closed_undated'
        when was_closed and due_on is null then 'closed_no_due'
        when was_closed and closed_on <= due_on then 'closed_in_time'
        when was_closed then 'closed_late'
        when due_on <= month_end then 'overdue'
        when datediff('day', first_seen_on, month_end) > word_days then 'overdue_inferred'
        when due_on is null then 'open_no_due'
        else 'open'
    end as state,
    case
        when not was_closed and due_on <= month_end then datediff('day', due_on, month_end)
    end as days_overdue
from seen
