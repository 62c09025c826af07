-- Which unit stands above a unit in a month, as the roster said then; blank at the top. A unit that
-- is gone keeps the place that it had last, for what it left open; is_there tells it apart.
-- grain: unit_id, month
select
    rows.unit_id,
    months.month,
    rows.tree,
    nullif(rows.parent_id, rows.unit_id) as parent_id,
    strftime(coalesce(rows.valid_to, date '9999-12-31'), '%Y-%m') >= months.month as is_there
from staging.units as rows
inner join model.months as months
    on strftime(rows.valid_from, '%Y-%m') <= months.month
qualify row_number() over (
    partition by rows.unit_id, months.month
    order by
        strftime(coalesce(rows.valid_to, date '9999-12-31'), '%Y-%m') >= months.month desc,
        rows.valid_from desc
) = 1
