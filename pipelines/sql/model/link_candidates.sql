-- Key tasks and carriers that an activity could be linked to: of a unit that it reaches, open on
-- its day.
-- grain: record_id, target_kind, target_id
-- record: record_id
select
    held.record_id,
    targets.target_kind,
    targets.target_id,
    min(targets.target_name) as target_name
from model.activity_facts as held
inner join model.link_openings as targets
    on held.unit_id = targets.unit_id
    and cast(held.start_at as date) >= coalesce(targets.start_on, cast(held.start_at as date))
    and cast(held.start_at as date) <= coalesce(targets.end_on, cast(held.start_at as date))
group by held.record_id, targets.target_kind, targets.target_id
