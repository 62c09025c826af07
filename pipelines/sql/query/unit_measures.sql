-- Every measure of $unit_id with all below it in $month and the month before.
select
    coalesce(now.measure_id, earlier.measure_id) as measure_id,
    coalesce(now.tree, earlier.tree) as tree,
    now.value,
    now.numerator,
    now.denominator,
    now.row_count,
    earlier.value as previous_value
from (select * from mart.measure_values where unit_id = $unit_id and month = $month) as now
full join (
    select * from mart.measure_values where unit_id = $unit_id and month = $previous_month
) as earlier
    on now.measure_id = earlier.measure_id and now.tree = earlier.tree
order by 1, 2
