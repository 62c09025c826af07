-- Activities from $first_month to $last_month
-- of the units that $unit_id ('*': all of $tree) covered in their last month of the period.
with chosen as (
    select unit_id, ancestor_id
    from model.scope_months
    where tree = $tree and month between $first_month and $last_month
    qualify month = max(month) over (partition by unit_id)
)
select
    held.unit_id,
    held.activity_type,
    held.month,
    held.activity_count,
    held.participant_count,
    held.hour_count,
    held.late_count,
    held.late_participant_count,
    held.late_hour_count
from mart.activity_unit_month as held
inner join chosen on held.unit_id = chosen.unit_id
where chosen.ancestor_id = $unit_id and held.month between $first_month and $last_month
order by held.unit_id, held.activity_type, held.month
