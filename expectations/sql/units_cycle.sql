-- Units that are above themselves through other units, as the roster stands now.
with recursive latest as (
    select unit_id, max_by(parent_id, valid_from) as parent_id
    from known.units
    group by unit_id
),
climbing as (
    select unit_id, parent_id as above, 1 as distance
    from latest
    where parent_id is not null and parent_id <> unit_id
    union
    select climbing.unit_id, latest.parent_id as above, climbing.distance + 1 as distance
    from climbing
    inner join latest on climbing.above = latest.unit_id
    where latest.parent_id is not null
        and climbing.above <> climbing.unit_id
        and climbing.distance < 24
),
circling as (
    select unit_id, min(distance) as distance
    from climbing
    where unit_id = above
    group by unit_id
)
select incoming._row, incoming._sheet, incoming.parent_id as value, incoming.unit_id,
    circling.distance
from incoming
inner join circling on incoming.unit_id = circling.unit_id
where incoming.parent_id is not null
