-- The state of every follow-up item at the end of every month: the one place that decides it. An
-- item closed after that end was not closed then; closed without a date counts as closed.
-- grain: action_id, month
with seen as (
    select
        items.*,
        months.month,
        last_day(cast(months.month || '-01' as date)) as month_end,
        items.is_closed
            and coalesce(strftime(items.closed_on, '%Y-%m') <= months.month, true) as was_closed
    from model.followups as items
    cross join model.months as months
)
select
    action_id,
    month,
    was_closed,
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
