-- Two rows of one unit that are valid on the same day.
select
    incoming._row,
    incoming._sheet,
    incoming.unit_id as value,
    incoming.valid_from,
    min(others.valid_from) as other_from
from incoming
inner join known.units as others
    on incoming.unit_id = others.unit_id
    and incoming.valid_from <> others.valid_from
    and incoming.valid_from <= coalesce(others.valid_to, date '9999-12-31')
    and others.valid_from <= coalesce(incoming.valid_to, date '9999-12-31')
group by incoming._row, incoming._sheet, incoming.unit_id, incoming.valid_from
