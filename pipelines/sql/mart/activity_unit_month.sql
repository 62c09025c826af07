-- Party activities as they reach administrative units: through the bridge by share, or whole
-- when the administrative unit recorded them itself.
-- grain: unit_id, month, activity_type
with reaching as (
    select
        bridge.admin_unit_id as unit_id,
        held.month,
        held.activity_type,
        held.activity_count * bridge.share as activity_count,
        held.participant_count * bridge.share as participant_count,
        held.hour_count * bridge.share as hour_count,
        held.late_count * bridge.share as late_count,
        held.late_participant_count * bridge.share as late_participant_count,
        held.late_hour_count * bridge.share as late_hour_count
    from model.activity_org_month as held
    inner join model.bridge_months as bridge
        on held.unit_id = bridge.party_unit_id and held.month = bridge.month
    union all
    select
        held.unit_id,
        held.month,
        held.activity_type,
        held.activity_count * 1.0 as activity_count,
        held.participant_count * 1.0 as participant_count,
        held.hour_count * 1.0 as hour_count,
        held.late_count * 1.0 as late_count,
        held.late_participant_count * 1.0 as late_participant_count,
        held.late_hour_count * 1.0 as late_hour_count
    from model.activity_org_month as held
    inner join model.units as units on held.unit_id = units.unit_id
    where units.tree = 'admin'
)
select
    unit_id,
    month,
    activity_type,
    sum(activity_count) as activity_count,
    sum(participant_count) as participant_count,
    sum(hour_count) as hour_count,
    sum(late_count) as late_count,
    sum(late_participant_count) as late_participant_count,
    sum(late_hour_count) as late_hour_count
from reaching
group by unit_id, month, activity_type
