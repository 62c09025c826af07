-- Which administrative units an organisation of either tree covers in a month ('*': the whole
-- tree): of the administrative tree those below it, of the party tree those that its organisations
-- stood for by the bridge.
-- grain: tree, ancestor_id, unit_id, month
select tree, ancestor_id, unit_id, month
from model.unit_tree_months
where tree = 'admin' and is_there
union all
select distinct below.tree, below.ancestor_id, bridge.admin_unit_id as unit_id, bridge.month
from model.bridge_months as bridge
inner join model.unit_tree_months as below
    on bridge.party_unit_id = below.unit_id and bridge.month = below.month
where below.tree = 'party' and below.is_there
