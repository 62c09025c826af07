-- $unit_id and all units below it in its tree in $month; is_there is false for those that are gone
-- and stand where they stood last, with what they left open.
select unit_id, distance, is_there
from model.unit_tree_months
where ancestor_id = $unit_id and month = $month
order by distance, unit_id
