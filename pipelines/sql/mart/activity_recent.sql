-- Activities that reached a unit in a month and the two months before, for every unit-month
-- with KPI figures.
-- grain: unit_id, month
with months as (
    select distinct
        unit_id,
        month,
        cast(substr(month, 1, 4) as integer) * 12 + cast(substr(month, 6, 2) as integer) as position
    from mart.kpi_unit_month
),
held as (
    select
        unit_id,
        cast(substr(month, 1, 4) as integer) * 12 + cast(substr(month, 6, 2) as integer)
            as position,
        sum(activity_count) as activity_count
    from mart.activity_unit_month
    group by unit_id, month
)
select
    months.unit_id,
    months.month,
    coalesce(sum(held.activity_count), 0.0) as activity_count_3m
from months
left join held
    on months.unit_id = held.unit_id
    and held.position between months.position - 2 and months.position
group by months.unit_id, months.month
