-- People on duty of every administrative unit and month, as the unit itself reported them.
select unit_id, month, staff
from model.capacity_facts
where tree = 'admin' and staff > 0
order by unit_id, month
