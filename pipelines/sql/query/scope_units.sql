-- The units that an analysis of $unit_id in $tree reads: those that it covered in their last month
-- from $first_month to $last_month.
with chosen as (
    select unit_id, ancestor_id
    from model.scope_months
    where tree = $tree and month between $first_month and $last_month
    qualify month = max(month) over (partition by unit_id)
)
select unit_id
from chosen
where ancestor_id = $unit_id
order by unit_id
