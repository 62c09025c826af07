-- One measure of a unit with all below it, month by month; '*' is a whole tree.
select month, numerator, denominator, value, row_count
from mart.measure_values
where measure_id = $measure_id and tree = $tree and unit_id = $unit_id
order by month
