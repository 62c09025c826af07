-- The rows of the bridge that stand for a party organisation in a month in which it held something,
-- as the bridge stood on the last day of the month that it covers: a change within a month counts
-- once. A share left blank is an equal part. is_there: the administrative unit is not gone then.
-- grain: party_unit_id, month, admin_unit_id
with used as (select distinct unit_id, month from model.activity_org_month),
covering as (
    select
        used.unit_id as party_unit_id,
        used.month,
        bridge.admin_unit_id,
        bridge.share,
        bridge.valid_from,
        least(
            coalesce(bridge.valid_to, date '9999-12-31'),
            last_day(cast(used.month || '-01' as date))
        ) as covered_until
    from used
    inner join staging.unit_bridge as bridge
        on used.unit_id = bridge.party_unit_id
        and strftime(bridge.valid_from, '%Y-%m') <= used.month
        and strftime(coalesce(bridge.valid_to, date '9999-12-31'), '%Y-%m') >= used.month
),
latest as (
    select party_unit_id, month, max(covered_until) as covered_until
    from covering
    group by party_unit_id, month
),
standing as (
    select covering.party_unit_id, covering.month, covering.admin_unit_id, covering.share
    from covering
    inner join latest
        on covering.party_unit_id = latest.party_unit_id
        and covering.month = latest.month
        and covering.covered_until = latest.covered_until
    qualify row_number() over (
        partition by covering.party_unit_id, covering.month, covering.admin_unit_id
        order by covering.valid_from desc
    ) = 1
),
shared as (
    select
        party_unit_id,
        month,
        admin_unit_id,
        coalesce(share, 1.0 / count(*) over (partition by party_unit_id, month)) as share
    from standing
)
select
    shared.party_unit_id,
    shared.month,
    shared.admin_unit_id,
    shared.share,
    coalesce(places.is_there, false) as is_there
from shared
left join model.unit_parents as places
    on shared.admin_unit_id = places.unit_id and shared.month = places.month
