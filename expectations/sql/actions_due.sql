-- Items with neither a time limit in words nor a date.
select _row, _sheet, due_raw as value, text
from incoming
where due_raw is null and due_on is null
