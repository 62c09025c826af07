-- Measures of links for the whole organisation in $month and the month before: activities by the
-- organisation that held them, KPIs by administrative unit.
select
    now.measure_id,
    now.value,
    now.numerator,
    now.denominator,
    before.value as previous_value
from mart.measure_values as now
left join mart.measure_values as before
    on now.measure_id = before.measure_id
    and now.tree = before.tree
    and now.unit_id = before.unit_id
    and before.month = $previous_month
where now.month = $month and now.unit_id = '*'
    and (
        (now.tree = 'party' and now.measure_id in ('link_rate_confirmed', 'link_rate_suggested'))
        or (now.tree = 'admin' and now.measure_id in ('weak_link_coverage', 'busy_unmoved_rate'))
    )
