-- Every unit with itself (distance 0) and all units above it in a month, and with '*', its whole
-- tree; a cycle in the roster ends after 12 levels. is_there: the unit itself is not gone yet.
-- grain: unit_id, month, ancestor_id
with recursive climbing as (
    select unit_id, month, tree, unit_id as ancestor_id, 0 as distance, is_there
    from model.unit_parents
    union all
    select
        climbing.unit_id,
        climbing.month,
        climbing.tree,
        above.parent_id as ancestor_id,
        climbing.distance + 1 as distance,
        climbing.is_there
    from climbing
    inner join model.unit_parents as above
        on climbing.ancestor_id = above.unit_id and climbing.month = above.month
    where above.parent_id is not null and climbing.distance < 12
)
select unit_id, month, tree, ancestor_id, min(distance) as distance, is_there
from climbing
group by unit_id, month, tree, ancestor_id, is_there
union all
select unit_id, month, tree, '*' as ancestor_id, 99 as distance, is_there
from model.unit_parents
