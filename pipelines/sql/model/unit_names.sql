-- Which unit a written name means where no date tells: a name that ever meant two units means
-- none.
-- grain: spelling
select spelling, min(unit_id) as unit_id
from model.unit_spellings
group by spelling
having count(distinct unit_id) = 1
