-- When follow-up items are due, as the uploads have it one after the other: a date that was put off
-- counts from the month of the upload that has the new one, and not in the months before.
-- due_word: what is written instead of a date. 立行立改 is overdue (inferred) word_days after the
-- item was first seen, the others never.
-- grain: action_id, from_month
with told as (
    select action_id, told_month, due_on, due_raw
    from model.followup_told
    qualify row_number() over (
        partition by action_id, told_month order by upload_seq desc
    ) = 1
),
compared as (
    select
        *,
        lag(told_month) over (partition by action_id order by told_month) as before_month,
        lag(due_on) over (partition by action_id order by told_month) as before_on,
        lag(due_raw) over (partition by action_id order by told_month) as before_raw
    from told
),
changed as (
    select
        *,
        lead(told_month) over (partition by action_id order by told_month) as next_month
    from compared
    where before_month is null
        or due_on is distinct from before_on
        or (due_on is null and due_raw is distinct from before_raw)
)
select
    changed.action_id,
    case when changed.before_month is null then '' else changed.told_month end as from_month,
    coalesce(changed.next_month, '9999-12') as until_month,
    changed.due_on,
    changed.due_raw,
    words.word as due_word,
    rules.value as word_days
from changed
left join staging.due_words as words
    on changed.due_on is null and trim(changed.due_raw) = words.spelling
left join staging.followup_rules as rules
    on rules.rule = 'due_word_days' and words.word = rules.applies_to
