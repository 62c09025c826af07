-- Follow-up items not closed at the end of $month, or closed in it, with their state at that end.
with ended as (select last_day(cast($month || '-01' as date)) as last_day),
seen as (
    select
        items.*,
        ended.last_day,
        items.is_closed and coalesce(items.closed_on, ended.last_day) <= ended.last_day
            as was_closed
    from model.followups as items
    cross join ended
)
select
    seen.action_id,
    seen.source_kind,
    seen.unit_id,
    coalesce(units.unit_name, seen.unit_text) as unit_name,
    seen.text,
    seen.owner_post,
    seen.due_raw,
    seen.due_on,
    seen.closed_on,
    seen.was_reopened,
    seen.recurs_of,
    case
        when seen.was_closed and (seen.closed_on is null or seen.due_on is null) then 'closed'
        when seen.was_closed and seen.closed_on <= seen.due_on then 'closed_in_time'
        when seen.was_closed then 'closed_late'
        when seen.due_on <= seen.last_day then 'overdue'
        when datediff('day', seen.first_seen_on, seen.last_day) > seen.word_days
            then 'overdue_inferred'
        when seen.due_on is null then 'open_no_due'
        else 'open'
    end as state,
    case
        when not seen.was_closed and seen.due_on <= seen.last_day
            then datediff('day', seen.due_on, seen.last_day)
    end as days_overdue
from seen
left join model.units as units on seen.unit_id = units.unit_id
where not seen.was_closed or strftime(seen.closed_on, '%Y-%m') = $month
order by seen.due_on nulls last, seen.action_id
