-- Links of an activity that are confirmed or suggested, the confirmed first.
select
    links.target_kind,
    targets.target_name,
    links.state
from model.activity_links as links
inner join model.link_targets as targets
    on links.target_kind = targets.target_kind and links.target_id = targets.target_id
where links.record_id = $record_id and links.state in ('confirmed', 'suggested')
order by links.state, links.target_kind, targets.target_name, links.target_id
