-- Every spelling that has meant one unit only, with that unit.
select spelling, min(unit_id) as unit_id
from model.unit_spellings
group by spelling
having count(distinct unit_id) = 1
