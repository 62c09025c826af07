-- $unit_id and the units above it in its tree in $month, the highest first; no row when it was not
-- there.
select
    tree.ancestor_id as unit_id,
    units.unit_name,
    tree.tree,
    tree.distance
from model.unit_tree_months as tree
inner join model.unit_labels as units
    on tree.ancestor_id = units.unit_id
    and units.since <= cast($day as date)
    and cast($day as date) < units.next_on
where tree.unit_id = $unit_id and tree.month = $month and tree.is_there
order by tree.distance desc
