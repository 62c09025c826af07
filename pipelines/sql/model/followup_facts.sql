-- What happened to follow-up items, where the item's unit stands: event due in the month of the due
-- date, closed in the month of closing (of an item opened again and closed once more in both),
-- overdue once for each month end at which it was. Months up to the last one reported; items with a
-- due word have no due and no overdue event.
-- grain: action_id, event, month
with closings as (
    select action_id, closed_before_on as closed_on, 1 as was_reopened
    from model.followups
    where closed_before_on is not null
    union all
    select action_id, closed_on,
        case when was_reopened and closed_before_on is null then 1 else 0 end as was_reopened
    from model.followups
    where closed_on is not null and (
        closed_before_on is null
        or strftime(closed_on, '%Y-%m') <> strftime(closed_before_on, '%Y-%m')
    )
),
happened as (
    select action_id, 'due' as event, strftime(due_on, '%Y-%m') as month, closed_on,
        case when was_reopened then 1 else 0 end as was_reopened,
        cast(null as bigint) as days_overdue
    from model.followups
    where due_on is not null
    union all
    select action_id, 'closed' as event, strftime(closed_on, '%Y-%m') as month, closed_on,
        was_reopened, cast(null as bigint) as days_overdue
    from closings
    union all
    select states.action_id, 'overdue' as event, states.month, items.closed_on,
        case when items.was_reopened then 1 else 0 end as was_reopened,
        states.days_overdue
    from model.followup_states as states
    inner join model.followups as items on states.action_id = items.action_id
    where states.state = 'overdue'
)
select
    items.unit_id,
    items.tree,
    happened.month,
    1.0 as weight,
    'actions' as dataset,
    items.action_id as row_key,
    items.upload_id,
    items.source_sheet,
    items.source_row,
    happened.event,
    items.action_id,
    items.source_kind,
    items.due_on,
    happened.closed_on,
    case
        when items.is_closed and items.closed_on is null then null
        when items.is_closed and items.closed_on <= items.due_on then 1
        else 0
    end as is_in_time,
    case when items.recurs_of is null then 0 else 1 end as is_recurring,
    happened.was_reopened,
    datediff('day', items.due_on, happened.closed_on) as days_from_due,
    happened.days_overdue
from happened
inner join model.followups as items on happened.action_id = items.action_id
inner join model.followup_until as until on happened.month <= until.last_month
where items.unit_id is not null
