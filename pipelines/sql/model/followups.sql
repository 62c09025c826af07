-- Decisions, rectification and promises in one list, as the last upload has them; followup_states
-- says how each stood, and when it was due as was known then.
-- opened_month: of the first upload with the item, or of its own dates when these are earlier; null
-- (always) for what the first uploads of all have, since nobody knows how old that was.
-- marked_month: of the first upload that marks it as reopened, null as above in the item's first.
-- recurs_of: an item of the same unit about the same matter (followup_texts) that was due before,
-- closed before this one was, and not opened again before this one came.
-- grain: action_id
with told as (
    select
        action_id,
        min(told_on) as first_seen_on,
        min(told_month) as first_month,
        max(is_marked) as is_marked,
        max(is_marked and is_first) as is_marked_first,
        min(case when is_marked then told_month end) as marked_month
    from model.followup_told
    group by action_id
),
closed as (
    select action_id, min(closed_month) as closed_month
    from model.followup_closings
    group by action_id
),
items as (
    select
        rows.action_id,
        rows.source_kind,
        rows.source_id,
        units.unit_id,
        units.tree,
        rows.unit as unit_text,
        rows.text,
        texts.plain_text,
        rows.owner_post,
        rows.measure,
        rows.due_on,
        told.first_seen_on,
        case
            when told.first_month > (select min(told_month) from model.followup_told)
                then least(
                    told.first_month, strftime(dues.due_on, '%Y-%m'), closed.closed_month
                )
        end as opened_month,
        told.is_marked,
        case when not told.is_marked_first then told.marked_month end as marked_month,
        rows.upload_id,
        rows.source_sheet,
        rows.source_row
    from staging.actions as rows
    inner join model.followup_units as units on rows.action_id = units.action_id
    inner join model.followup_texts as texts on rows.action_id = texts.action_id
    inner join told on rows.action_id = told.action_id
    inner join model.followup_dues as dues
        on rows.action_id = dues.action_id and dues.from_month = ''
    left join closed on rows.action_id = closed.action_id
),
recurring as (
    select items.action_id, min(earlier.action_id) as recurs_of
    from items
    inner join items as earlier
        on items.unit_id = earlier.unit_id
        and items.plain_text = earlier.plain_text
        and coalesce(earlier.due_on < items.due_on, true)
    inner join model.followup_closings as closings
        on earlier.action_id = closings.action_id
        and closings.closed_on < items.due_on
        and coalesce(closings.reopened_month, '9999-12')
            > coalesce(items.opened_month, strftime(items.due_on, '%Y-%m'))
    left join model.followup_closings as own
        on items.action_id = own.action_id and own.closed_on <= closings.closed_on
    where items.plain_text <> '' and own.action_id is null
    group by items.action_id
)
select
    items.*,
    recurring.recurs_of
from items
left join recurring on items.action_id = recurring.action_id
