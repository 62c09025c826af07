-- Figures of the KPI $kpi_id ('*': of all) from $first_month to $last_month
-- of the units that $unit_id ('*': all of $tree) covered in their last month of the period.
with chosen as (
    select unit_id, ancestor_id
    from model.scope_months
    where tree = $tree and month between $first_month and $last_month
    qualify month = max(month) over (partition by unit_id)
)
select figures.unit_id, figures.kpi_id, figures.month, figures.actual, figures.direction
from mart.kpi_unit_month as figures
inner join chosen on figures.unit_id = chosen.unit_id
where
    figures.actual is not null
    and $kpi_id in ('*', figures.kpi_id)
    and chosen.ancestor_id = $unit_id
    and figures.month between $first_month and $last_month
order by figures.unit_id, figures.kpi_id, figures.month
