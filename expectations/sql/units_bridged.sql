-- Units that this file ends and that the bridge still counts to after that day.
with ends as (
    select unit_id, max(coalesce(valid_to, date '9999-12-31')) as last_on
    from known.units
    group by unit_id
),
open_rows as (
    select ends.unit_id, ends.last_on, count(*) as bridge_count
    from ends
    inner join known.unit_bridge as bridge
        on (ends.unit_id = bridge.admin_unit_id or ends.unit_id = bridge.party_unit_id)
        and coalesce(bridge.valid_to, date '9999-12-31') > ends.last_on
    group by ends.unit_id, ends.last_on
)
select incoming._row, incoming._sheet, incoming.valid_to as value, open_rows.bridge_count
from incoming
inner join open_rows
    on incoming.unit_id = open_rows.unit_id and incoming.valid_to = open_rows.last_on
