-- What the roster says of $unit_id over time, the oldest first.
select
    rows.unit_name,
    parents.unit_name as parent_name,
    rows.valid_from,
    rows.valid_to
from staging.units as rows
left join model.units as parents on nullif(rows.parent_id, rows.unit_id) = parents.unit_id
where rows.unit_id = $unit_id
order by rows.valid_from
