-- Two rows of the same pair that are valid on the same day.
select
    incoming._row,
    incoming._sheet,
    incoming.valid_from as value,
    incoming.party_unit_id,
    incoming.admin_unit_id,
    min(others.valid_from) as other_from
from incoming
inner join known.unit_bridge as others
    on incoming.party_unit_id = others.party_unit_id
    and incoming.admin_unit_id = others.admin_unit_id
    and incoming.valid_from <> others.valid_from
    and incoming.valid_from <= coalesce(others.valid_to, date '9999-12-31')
    and others.valid_from <= coalesce(incoming.valid_to, date '9999-12-31')
group by
    incoming._row, incoming._sheet, incoming.valid_from, incoming.party_unit_id,
    incoming.admin_unit_id
