-- Activities of $month and the two months before, of every unit with KPI rows in $month.
select recent.unit_id, units.unit_name, recent.activity_count_3m
from mart.activity_recent as recent
inner join model.unit_labels as units
    on recent.unit_id = units.unit_id
    and units.since <= cast($day as date)
    and cast($day as date) < units.next_on
where recent.month = $month
order by units.unit_name, recent.unit_id
