-- Administrative units below $unit_id in $month; of the party tree: those that its organisations
-- stood for by the bridge. '*': the whole tree.
select unit_id
from model.unit_tree_months
where $tree = 'admin' and tree = 'admin' and ancestor_id = $unit_id and month = $month and is_there
union
select bridge.admin_unit_id as unit_id
from model.bridge_months as bridge
inner join model.unit_tree_months as tree
    on bridge.party_unit_id = tree.unit_id and bridge.month = tree.month
where $tree = 'party' and tree.ancestor_id = $unit_id and bridge.month = $month
order by unit_id
