-- What happened to follow-up items, where the item's unit stands: event due in the month of the due
-- date, with the state at its end; closed in every month of a closing with a date; overdue once for
-- each month end at which it was. Months up to the last one reported; items with a due word have no
-- due and no overdue event.
-- grain: action_id, event, month
with closings as (
    select
        closings.action_id,
        strftime(closings.closed_on, '%Y-%m') as month,
        min(closings.closed_on) as closed_on,
        max(case when closings.reopened_month is not null or (items.is_marked and closings.closing = 1)
            then 1 else 0 end) as was_reopened
    from model.followup_closings as closings
    inner join model.followups as items on closings.action_id = items.action_id
    where closings.closed_on is not null
    group by closings.action_id, strftime(closings.closed_on, '%Y-%m')
),
happened as (
    select
        closings.action_id,
        'closed' as event,
        closings.month,
        coalesce(states.due_on, items.due_on) as due_on,
        closings.closed_on,
        closings.was_reopened,
        cast(null as bigint) as is_in_time,
        cast(null as bigint) as days_overdue
    from closings
    inner join model.followups as items on closings.action_id = items.action_id
    left join model.followup_states as states
        on closings.action_id = states.action_id and closings.month = states.month
    union all
    select
        action_id,
        'due' as event,
        month,
        due_on,
        closed_on,
        case when was_reopened then 1 else 0 end as was_reopened,
        case state when 'closed_in_time' then 1 when 'closed_undated' then null else 0 end
            as is_in_time,
        cast(null as bigint) as days_overdue
    from model.followup_states
    where due_month = month
    union all
    select
        action_id,
        'overdue' as event,
        month,
        due_on,
        closed_on,
        case when was_reopened then 1 else 0 end as was_reopened,
        cast(null as bigint) as is_in_time,
        days_overdue
    from model.followup_states
    where state = 'overdue'
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
    items.text,
    happened.due_on,
    happened.closed_on,
    happened.is_in_time,
    case when items.recurs_of is null then 0 else 1 end as is_recurring,
    happened.was_reopened,
    datediff('day', happened.due_on, happened.closed_on) as days_from_due,
    happened.days_overdue
from happened
inner join model.followups as items on happened.action_id = items.action_id
inner join model.followup_until as until on happened.month <= until.last_month
where items.unit_id is not null
