-- Every measure of both whole trees in $month beside the month before; a measure is listed when
-- either month has rows.
with latest as (
    select * from mart.measure_values where unit_id = '*' and month = $month
),
earlier as (
    select * from mart.measure_values where unit_id = '*' and month = $previous_month
)
select
    coalesce(latest.measure_id, earlier.measure_id) as measure_id,
    coalesce(latest.tree, earlier.tree) as tree,
    latest.numerator,
    latest.denominator,
    latest.value,
    latest.row_count,
    earlier.numerator as previous_numerator,
    earlier.denominator as previous_denominator,
    earlier.value as previous_value
from latest
full join earlier on latest.measure_id = earlier.measure_id and latest.tree = earlier.tree
order by measure_id, tree
