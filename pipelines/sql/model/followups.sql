-- Decisions, rectification and promises in one list; followup_states says how each stood. A due
-- word is no date: 立行立改 is overdue (inferred) word_days after it was first seen, the others never.
-- opened_again: closed in one upload and open in a later one; closed_before_on is that closing.
-- recurs_of: an item of the same unit with the same text that was
-- due before and closed before this one was.
-- grain: action_id
with items as (
    select
        rows.action_id,
        rows.source_kind,
        rows.source_id,
        units.unit_id,
        units.tree,
        rows.unit as unit_text,
        rows.text,
        regexp_replace(lower(rows.text), '[^\p{L}\p{N}]', '', 'g') as plain_text,
        rows.owner_post,
        rows.measure,
        rows.due_raw,
        words.word as due_word,
        rules.value as word_days,
        rows.due_on,
        seen.first_seen_on,
        coalesce(rows.status, case when rows.closed_on is null then 'open' else 'closed' end)
            = 'closed' as is_closed,
        rows.closed_on,
        coalesce(rows.reopened, false)
            or (rows.status = 'open' and rows.closed_on is not null)
            or seen.opened_again as was_reopened,
        seen.opened_again,
        seen.closed_before_on,
        rows.upload_id,
        rows.source_sheet,
        rows.source_row
    from staging.actions as rows
    inner join model.followup_units as units on rows.action_id = units.action_id
    inner join model.followup_seen as seen on rows.action_id = seen.action_id
    left join staging.due_words as words
        on rows.due_on is null and trim(rows.due_raw) = words.spelling
    left join staging.followup_rules as rules
        on rules.rule = 'due_word_days' and words.word = rules.applies_to
),
recurring as (
    select items.action_id, min(earlier.action_id) as recurs_of
    from items
    inner join items as earlier
        on items.unit_id = earlier.unit_id
        and items.plain_text = earlier.plain_text
        and earlier.is_closed
        and earlier.due_on < items.due_on
        and earlier.closed_on < items.due_on
        and earlier.closed_on < coalesce(items.closed_on, date '9999-12-31')
    where items.plain_text <> ''
    group by items.action_id
)
select
    items.*,
    recurring.recurs_of
from items
left join recurring on items.action_id = recurring.action_id
