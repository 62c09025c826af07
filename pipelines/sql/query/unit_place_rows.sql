-- 从哪来 of the place of $unit_id: its rows in the roster, and the rows of 组织对照 that name it.
select
    'units' as dataset,
    roster.unit_name as content,
    null as share,
    roster.valid_from,
    roster.valid_to,
    roster.source_sheet as sheet,
    roster.source_row,
    roster.upload_id
from staging.units as roster
where roster.unit_id = $unit_id
union all
select
    'unit_bridge' as dataset,
    concat(
        coalesce(parties.unit_name, bridge.party_unit_id), ' → ',
        coalesce(admins.unit_name, bridge.admin_unit_id)
    ) as content,
    bridge.share,
    bridge.valid_from,
    bridge.valid_to,
    bridge.source_sheet as sheet,
    bridge.source_row,
    bridge.upload_id
from staging.unit_bridge as bridge
left join model.unit_labels as parties
    on bridge.party_unit_id = parties.unit_id
    and parties.since <= cast($day as date)
    and cast($day as date) < parties.next_on
left join model.unit_labels as admins
    on bridge.admin_unit_id = admins.unit_id
    and admins.since <= cast($day as date)
    and cast($day as date) < admins.next_on
where bridge.party_unit_id = $unit_id or bridge.admin_unit_id = $unit_id
order by dataset desc, valid_from, source_row
