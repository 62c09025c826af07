-- The units that a unit came from when it was split off or merged, as the roster names them; a code
-- that the roster does not have in the same tree is none.
-- grain: unit_id, predecessor_id
with listed as (
    select
        unit_id,
        tree,
        valid_from,
        unnest(string_split(
            replace(replace(replace(replace(replace(
                predecessor_ids, ',', '、'), ';', '、'), '，', '、'), '；', '、'), ' ', '、'
            ),
            '、'
        )) as predecessor_id
    from staging.units
    where predecessor_ids is not null
)
select listed.unit_id, units.unit_id as predecessor_id, min(listed.valid_from) as since
from listed
inner join model.units as units
    on trim(listed.predecessor_id) = units.unit_id and listed.tree = units.tree
where units.unit_id <> listed.unit_id
group by listed.unit_id, units.unit_id
