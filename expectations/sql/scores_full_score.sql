-- Items whose full score differs between units in one month.
with differing as (
    select month, side, item, evaluator, min(full_score) as lowest, max(full_score) as highest
    from known.scores
    where full_score is not null
    group by month, side, item, evaluator
    having min(full_score) <> max(full_score)
)
select
    incoming._row,
    incoming._sheet,
    incoming.full_score as value,
    incoming.item,
    incoming.month,
    differing.lowest,
    differing.highest
from incoming
inner join differing
    on incoming.month = differing.month
    and incoming.side = differing.side
    and incoming.item = differing.item
    and incoming.evaluator = differing.evaluator
where incoming.full_score is not null
