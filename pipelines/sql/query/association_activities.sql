-- Activities from $first_month to $last_month
-- of the units below $unit_id ('*': all of the tree) as they belonged last in the period; of the
-- party tree: administrative units that its organisations stood for by the bridge.
with places as (
    select unit_id, max(month) as month
    from model.unit_tree_months
    where tree = 'admin' and ancestor_id = '*' and month between $first_month and $last_month
    group by unit_id
),
bridged as (
    select admin_unit_id, max(month) as month
    from model.bridge_months
    where month between $first_month and $last_month
    group by admin_unit_id
),
chosen as (
    select places.unit_id
    from places
    inner join model.unit_tree_months as tree
        on places.unit_id = tree.unit_id and places.month = tree.month
    where $tree = 'admin' and tree.ancestor_id = $unit_id
    union
    select bridged.admin_unit_id as unit_id
    from bridged
    inner join model.bridge_months as bridge
        on bridged.admin_unit_id = bridge.admin_unit_id and bridged.month = bridge.month
    inner join model.unit_tree_months as tree
        on bridge.party_unit_id = tree.unit_id and bridge.month = tree.month
    where $tree = 'party' and tree.ancestor_id = $unit_id
)
select
    held.unit_id,
    held.activity_type,
    held.month,
    held.activity_count,
    held.participant_count,
    held.hour_count,
    held.late_count,
    held.late_participant_count,
    held.late_hour_count
from mart.activity_unit_month as held
inner join chosen on held.unit_id = chosen.unit_id
where held.month between $first_month and $last_month
order by held.unit_id, held.activity_type, held.month
