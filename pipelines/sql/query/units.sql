-- The roster on $day: names and parents as they are then (of a unit that begins later, as it begins
-- with), names that a unit had before, the day it ended on, if any, and the first and last month in
-- which units stood below it.
with now as (
    select *
    from staging.units
    qualify row_number() over (
        partition by unit_id
        order by
            valid_from <= cast($day as date) desc,
            case when valid_from <= cast($day as date) then valid_from end desc,
            valid_from
    ) = 1
),
former as (
    select rows.unit_id, string_agg(distinct rows.unit_name, '、') as names
    from staging.units as rows
    inner join now on rows.unit_id = now.unit_id and rows.valid_from < now.valid_from
    where rows.unit_name <> now.unit_name
    group by rows.unit_id
),
below as (
    select ancestor_id as unit_id, min(month) as first_month, max(month) as last_month
    from model.unit_tree_months
    where is_there and distance > 0
    group by ancestor_id
)
select
    now.unit_id,
    now.unit_name,
    now.tree,
    now.parent_id,
    now.unit_kind,
    former.names as former_names,
    nullif(spans.last_on, date '2999-12-30') as ended_on,
    below.first_month as first_month_below,
    below.last_month as last_month_below
from now
inner join model.unit_spans as spans on now.unit_id = spans.unit_id
left join former on now.unit_id = former.unit_id
left join below on now.unit_id = below.unit_id
order by now.tree, now.unit_id
