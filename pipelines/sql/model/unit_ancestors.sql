-- Every unit with all units above it in its own tree; a cycle in the roster ends after 12 levels.
-- grain: unit_id, ancestor_id
with recursive climbing as (
    select unit_id, parent_id as ancestor_id, 1 as distance
    from model.units
    where parent_id is not null and parent_id <> unit_id
    union all
    select climbing.unit_id, above.parent_id as ancestor_id, climbing.distance + 1 as distance
    from climbing
    inner join model.units as above on climbing.ancestor_id = above.unit_id
    where above.parent_id is not null and climbing.distance < 12
)
select unit_id, ancestor_id, min(distance) as distance
from climbing
group by unit_id, ancestor_id
