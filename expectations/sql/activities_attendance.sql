-- Present and on leave do not add up to due.
select _row, _sheet, present_count as value, due_count, leave_count
from incoming
where present_count + leave_count <> due_count
