-- Units of the other tree that 组织对照 puts beside $unit_id in $month, with the share of the party
-- organisation that stands with the administrative unit, as model.bridge_months counts it: the
-- bridge of the last day that it covers in the month; a share left blank is an equal part.
with covering as (
    select
        *,
        least(
            coalesce(valid_to, date '9999-12-31'), last_day(cast($month || '-01' as date))
        ) as covered_until
    from staging.unit_bridge
    where strftime(valid_from, '%Y-%m') <= $month
        and strftime(coalesce(valid_to, date '9999-12-31'), '%Y-%m') >= $month
),
latest as (
    select party_unit_id, max(covered_until) as covered_until
    from covering
    group by party_unit_id
),
standing as (
    select covering.party_unit_id, covering.admin_unit_id, covering.share
    from covering
    inner join latest
        on covering.party_unit_id = latest.party_unit_id
        and covering.covered_until = latest.covered_until
    qualify row_number() over (
        partition by covering.party_unit_id, covering.admin_unit_id
        order by covering.valid_from desc
    ) = 1
),
shared as (
    select
        party_unit_id,
        admin_unit_id,
        coalesce(share, 1.0 / count(*) over (partition by party_unit_id)) as share
    from standing
),
beside as (
    select admin_unit_id as unit_id, share from shared where party_unit_id = $unit_id
    union all
    select party_unit_id as unit_id, share from shared where admin_unit_id = $unit_id
)
select beside.unit_id, names.unit_name, places.tree, beside.share
from beside
inner join model.unit_labels as names
    on beside.unit_id = names.unit_id
    and names.since <= cast($day as date)
    and cast($day as date) < names.next_on
inner join model.unit_parents as places
    on beside.unit_id = places.unit_id and places.month = $month and places.is_there
order by beside.share desc, beside.unit_id
