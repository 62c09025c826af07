-- Attainment index of every unit and month, the unit as it was called then.
select
    index.unit_id,
    units.unit_name,
    index.month,
    index.attainment_rate,
    index.kpi_count,
    index.met_kpi_count
from mart.attainment_unit_month as index
inner join model.unit_labels as units
    on index.unit_id = units.unit_id
    and units.since <= last_day(cast(index.month || '-01' as date))
    and last_day(cast(index.month || '-01' as date)) < units.next_on
order by index.unit_id, index.month
