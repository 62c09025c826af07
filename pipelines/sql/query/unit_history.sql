-- What the roster says of $unit_id over time, the oldest first; its parent as it is called on $day, or
-- was called when the row ended or will be when it begins.
select
    rows.unit_name,
    parents.unit_name as parent_name,
    rows.valid_from,
    rows.valid_to
from staging.units as rows
left join model.unit_labels as parents
    on nullif(rows.parent_id, rows.unit_id) = parents.unit_id
    and parents.since <= greatest(rows.valid_from, least(rows.valid_to, cast($day as date)))
    and greatest(rows.valid_from, least(rows.valid_to, cast($day as date))) < parents.next_on
where rows.unit_id = $unit_id
order by rows.valid_from
