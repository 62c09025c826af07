-- Which administrative units a party organisation stands for in a month, with its share; a unit that
-- was gone by then gets nothing of its share, and nobody else does: see bridge_gaps.
-- grain: party_unit_id, month, admin_unit_id
select party_unit_id, month, admin_unit_id, share
from model.bridge_standing
where is_there
