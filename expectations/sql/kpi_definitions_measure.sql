-- KPIs whose measure cannot be converted into that of another definition of the same KPI.
select
    incoming._row,
    incoming._sheet,
    incoming.unit_of_measure as value,
    incoming.kpi_id,
    min(others.unit_of_measure) as other_measure,
    min(others.valid_from) as other_from
from incoming
inner join known.kpi_definitions as others
    on incoming.kpi_id = others.kpi_id
    and incoming.valid_from <> others.valid_from
    and incoming.unit_of_measure <> others.unit_of_measure
left join accepted.units_of_measure as own on incoming.unit_of_measure = own.spelling
left join accepted.units_of_measure as other on others.unit_of_measure = other.spelling
where own.family is null or own.family is distinct from other.family
group by incoming._row, incoming._sheet, incoming.unit_of_measure, incoming.kpi_id
