-- Units of the other tree that 组织对照 puts beside $unit_id in $month, with the share of the party
-- organisation that stands with the administrative unit; a share left blank is an equal part.
with valid as (
    select
        party_unit_id,
        admin_unit_id,
        coalesce(share, 1.0 / count(*) over (partition by party_unit_id)) as share
    from staging.unit_bridge
    where strftime(valid_from, '%Y-%m') <= $month
        and strftime(coalesce(valid_to, date '9999-12-31'), '%Y-%m') >= $month
    qualify row_number() over (
        partition by party_unit_id, admin_unit_id order by valid_from desc
    ) = 1
),
beside as (
    select admin_unit_id as unit_id, share from valid where party_unit_id = $unit_id
    union all
    select party_unit_id as unit_id, share from valid where admin_unit_id = $unit_id
)
select beside.unit_id, units.unit_name, units.tree, beside.share
from beside
inner join model.units as units on beside.unit_id = units.unit_id
order by beside.share desc, beside.unit_id
