-- Leave reasons as written, for business or for one's own; a reason with words of both kinds, or
-- of none, is neither.
-- grain: reason
with reasons as (
    select distinct leave_reason as reason
    from staging.activities
    where leave_reason is not null
),
read as (
    select
        reasons.reason,
        min(words.kind) as first_kind,
        max(words.kind) as last_kind
    from reasons
    inner join model.leave_words as words on strpos(reasons.reason, words.word) > 0
    group by reasons.reason
)
select reason, first_kind as kind
from read
where first_kind = last_kind
