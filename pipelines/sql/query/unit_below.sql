-- $unit_id and all units below it in its tree in $month.
select unit_id, distance
from model.unit_tree_months
where ancestor_id = $unit_id and month = $month
order by distance, unit_id
