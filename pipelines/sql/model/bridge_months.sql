-- Which administrative units a party organisation stands for in a month, with its share;
-- a share left blank is an equal part.
-- grain: party_unit_id, month, admin_unit_id
with used as (select distinct unit_id, month from model.activity_org_month)
select
    used.unit_id as party_unit_id,
    used.month,
    bridge.admin_unit_id,
    coalesce(
        bridge.share,
        1.0 / count(*) over (partition by used.unit_id, used.month)
    ) as share
from used
inner join staging.unit_bridge as bridge
    on used.unit_id = bridge.party_unit_id
    and strftime(bridge.valid_from, '%Y-%m') <= used.month
    and strftime(coalesce(bridge.valid_to, date '9999-12-31'), '%Y-%m') >= used.month
qualify row_number() over (
    partition by used.unit_id, used.month, bridge.admin_unit_id order by bridge.valid_from desc
) = 1
