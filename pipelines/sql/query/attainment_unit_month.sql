-- Attainment index of every unit and month with the group above the unit.
select
    index.unit_id,
    units.unit_name,
    coalesce(parents.unit_name, units.unit_kind, '') as group_name,
    index.month,
    index.attainment_rate,
    index.kpi_count,
    index.met_kpi_count
from mart.attainment_unit_month as index
inner join model.units as units on index.unit_id = units.unit_id
left join model.units as parents on units.parent_id = parents.unit_id
order by index.unit_id, index.month
