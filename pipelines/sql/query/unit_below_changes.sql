-- Units that stood below $unit_id in $month and not in the month before (is_new), or the other way
-- round; is_elsewhere: it was there in the other month too, below somebody else.
with now as (
    select unit_id
    from model.unit_tree_months
    where ancestor_id = $unit_id and month = $month and is_there
),
earlier as (
    select unit_id
    from model.unit_tree_months
    where ancestor_id = $unit_id and month = $previous_month and is_there
),
changed as (
    select coalesce(now.unit_id, earlier.unit_id) as unit_id, now.unit_id is not null as is_new
    from now
    full join earlier on now.unit_id = earlier.unit_id
    where now.unit_id is null or earlier.unit_id is null
)
select changed.unit_id, units.unit_name, changed.is_new, places.unit_id is not null as is_elsewhere
from changed
inner join model.unit_labels as units
    on changed.unit_id = units.unit_id
    and units.since <= cast($day as date)
    and cast($day as date) < units.next_on
left join model.unit_parents as places
    on changed.unit_id = places.unit_id
    and places.is_there
    and places.month = case when changed.is_new then $previous_month else $month end
order by changed.is_new desc, changed.unit_id
