-- Rates that are to be added up.
select incoming._row, incoming._sheet, incoming.aggregation as value, incoming.name,
    incoming.unit_of_measure
from incoming
inner join accepted.units_of_measure as own on incoming.unit_of_measure = own.spelling
where incoming.aggregation = 'sum'
    and own.family = (select min(family) from accepted.units_of_measure where spelling = '%')
