-- Figures in a unit of measure that cannot be converted into the KPI's own.
select
    incoming._row,
    incoming._sheet,
    incoming.unit_of_measure as value,
    incoming.kpi,
    terms.measure
from incoming
inner join kpi_terms as terms on incoming.kpi = terms.spelling
left join accepted.units_of_measure as own on incoming.unit_of_measure = own.spelling
where incoming.unit_of_measure <> terms.measure
    and own.family is distinct from terms.family
    or incoming.unit_of_measure <> terms.measure and own.family is null
