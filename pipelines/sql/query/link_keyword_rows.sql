-- 从哪来 of a suggestion for $keyword: every activity with it, and whether its link to $target_id
-- is suggested and not decided.
select
    records.record_id,
    coalesce(units.unit_name, records.unit) as unit_name,
    records.month,
    cast(records.start_at as date) as held_on,
    records.title,
    records.keywords,
    links.record_id is not null as is_suggested,
    records.source_sheet as sheet,
    records.source_row,
    records.upload_id
from model.activity_keywords as words
inner join staging.activities as records on words.record_id = records.record_id
left join model.activity_records as owners on records.record_id = owners.record_id
left join model.unit_labels as units
    on owners.unit_id = units.unit_id
    and units.since <= cast($day as date)
    and cast($day as date) < units.next_on
left join model.activity_links as links
    on words.record_id = links.record_id and links.state = 'suggested'
    and links.target_kind = 'kpi' and links.target_id = $target_id
where words.keyword = $keyword
order by records.start_at, records.record_id
