-- Days on which the shares of a party unit do not add up to one: at each day that a row starts or
-- that follows the end of one. A blank share is an equal part, as in the mart: beside filled ones
-- it seldom adds up.
with changes as (
    select party_unit_id, valid_from as day from known.unit_bridge
    union
    select party_unit_id, valid_to + 1 as day from known.unit_bridge where valid_to is not null
),
summed as (
    select
        changes.party_unit_id,
        changes.day,
        sum(coalesce(bridge.share, 0)) + sum(if(bridge.share is null, 1, 0)) / count(*) as total
    from changes
    inner join known.unit_bridge as bridge
        on changes.party_unit_id = bridge.party_unit_id
        and bridge.valid_from <= changes.day
        and coalesce(bridge.valid_to, date '9999-12-31') >= changes.day
    group by changes.party_unit_id, changes.day
    having abs(total - 1) > 0.01
)
select
    incoming._row,
    incoming._sheet,
    any_value(incoming.share) as value,
    any_value(incoming.party_unit_id) as party_unit_id,
    min(summed.day) as day,
    round(arg_min(summed.total, summed.day), 6) as share_total
from incoming
inner join summed
    on incoming.party_unit_id = summed.party_unit_id
    and incoming.valid_from <= summed.day
    and coalesce(incoming.valid_to, date '9999-12-31') >= summed.day
group by incoming._row, incoming._sheet
