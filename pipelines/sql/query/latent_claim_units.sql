-- Administrative units whose KPI a claim is judged by, at the start of its window: its own unit, or
-- those that its party organisation stands for by the bridge; a share left blank is an equal part.
select claims.claim_id, claims.unit_id, names.unit_name, 1.0 as share
from model.latent_claims as claims
inner join model.units as units on claims.unit_id = units.unit_id
inner join model.unit_labels as names
    on claims.unit_id = names.unit_id
    and names.since <= cast($day as date)
    and cast($day as date) < names.next_on
where units.tree = 'admin'
union all
select
    claims.claim_id,
    bridge.admin_unit_id as unit_id,
    names.unit_name,
    coalesce(bridge.share, 1.0 / count(*) over (partition by claims.claim_id)) as share
from model.latent_claims as claims
inner join staging.unit_bridge as bridge
    on claims.unit_id = bridge.party_unit_id
    and strftime(bridge.valid_from, '%Y-%m') <= claims.window_start
    and strftime(coalesce(bridge.valid_to, date '9999-12-31'), '%Y-%m') >= claims.window_start
inner join model.unit_labels as names
    on bridge.admin_unit_id = names.unit_id
    and names.since <= cast($day as date)
    and cast($day as date) < names.next_on
order by claim_id, unit_id
