-- Activities of $month whose link to a target is suggested and not decided, the best first.
select
    links.record_id,
    coalesce(units.unit_name, records.unit) as unit_name,
    cast(records.start_at as date) as held_on,
    records.title,
    records.keywords,
    links.score,
    links.reason,
    records.source_sheet as sheet,
    records.source_row,
    records.upload_id
from model.activity_links as links
inner join staging.activities as records on links.record_id = records.record_id
left join model.activity_records as owners on links.record_id = owners.record_id
left join model.unit_labels as units
    on owners.unit_id = units.unit_id
    and units.since <= cast($day as date)
    and cast($day as date) < units.next_on
where links.state = 'suggested' and records.month = $month
    and links.target_kind = $target_kind and links.target_id = $target_id
order by links.score desc nulls last, records.start_at, links.record_id
