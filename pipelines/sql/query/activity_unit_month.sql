-- Activities as they reach administrative units, for analysis.
select unit_id, activity_type, month, activity_count, participant_count, late_count
from mart.activity_unit_month
order by unit_id, activity_type, month
