-- Plans done before the month they are planned for.
select _row, _sheet, done_on as value, month, item
from incoming
where strftime(done_on, '%Y-%m') < month
