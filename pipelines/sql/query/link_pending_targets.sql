-- Targets with suggested links of $month that nobody has decided on.
select
    links.target_kind,
    links.target_id,
    targets.target_name,
    coalesce(units.unit_name, targets.unit_text) as unit_name,
    count(*) as pending_count
from model.activity_links as links
inner join staging.activities as records on links.record_id = records.record_id
inner join model.link_targets as targets
    on links.target_kind = targets.target_kind and links.target_id = targets.target_id
left join model.unit_names as names on targets.unit_text = names.spelling
left join model.unit_labels as units
    on names.unit_id = units.unit_id
    and units.since <= cast($day as date)
    and cast($day as date) < units.next_on
where links.state = 'suggested' and records.month = $month
group by
    links.target_kind, links.target_id, targets.target_name,
    coalesce(units.unit_name, targets.unit_text)
order by pending_count desc, links.target_kind, links.target_id
