-- Rows whose end is more than so many days after their start.
select _row, _sheet, value, began, ended
from subject
where ended > began + to_days(days)
