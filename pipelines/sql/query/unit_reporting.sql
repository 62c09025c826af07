-- Units with KPI figures of their own and how many months they have.
select unit_id, count(distinct month) as month_count
from mart.kpi_unit_month
group by unit_id
order by unit_id
