-- Which unit stands above a unit in a month, as the roster said then; blank at the top.
-- grain: unit_id, month
select
    rows.unit_id,
    months.month,
    rows.tree,
    nullif(rows.parent_id, rows.unit_id) as parent_id
from staging.units as rows
inner join model.months as months
    on strftime(rows.valid_from, '%Y-%m') <= months.month
    and strftime(coalesce(rows.valid_to, date '9999-12-31'), '%Y-%m') >= months.month
qualify row_number() over (
    partition by rows.unit_id, months.month order by rows.valid_from desc
) = 1
