-- The roster as it is now.
select
    units.unit_id,
    units.unit_name,
    units.tree,
    units.parent_id,
    parents.unit_name as parent_name,
    units.unit_kind
from model.units as units
left join model.units as parents on units.parent_id = parents.unit_id
order by units.tree, units.unit_id
