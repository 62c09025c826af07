-- Carriers that have ended and say nothing of what came of it.
select _row, _sheet, result as value, name, end_on
from incoming
where end_on < $today and result is null
