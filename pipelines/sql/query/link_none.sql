-- Activities of $month that are linked to nothing and have no suggestion.
select
    records.record_id,
    coalesce(units.unit_name, records.unit) as unit_name,
    cast(records.start_at as date) as held_on,
    records.activity_type,
    records.title,
    records.keywords,
    records.source_sheet as sheet,
    records.source_row,
    records.upload_id
from staging.activities as records
left join model.activity_records as owners
    on records.record_id = owners.record_id and owners.month = $month
left join model.unit_labels as units
    on owners.unit_id = units.unit_id
    and units.since <= cast($day as date)
    and cast($day as date) < units.next_on
where records.month = $month
    and not exists (
        select 1 from model.activity_links as links
        where links.record_id = records.record_id and links.month = $month and links.is_known
            and links.state in ('confirmed', 'suggested')
    )
order by records.start_at, records.record_id
