-- Planned days outside the month of the plan.
select _row, _sheet, planned_on as value, month, item
from incoming
where strftime(planned_on, '%Y-%m') <> month
