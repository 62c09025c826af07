-- Stations of the fusion chain in $month and the month before, each activity of a unit
-- of the roster once; follow-up items count only where they name the activity as their source.
-- keyword_confirmed_count: those confirmed by nothing but a decision for a keyword.
with records as (
    select record_id, month from model.activity_records
    where unit_id is not null and month in ($month, $previous_month)
),
strength as (
    select
        links.record_id,
        max(case links.state when 'confirmed' then 2 when 'suggested' then 1 else 0 end)
            as strength,
        max(case when links.state = 'confirmed' and links.basis <> 'keyword' then 1 else 0 end)
            as one_by_one
    from model.activity_links as links
    inner join records on links.record_id = records.record_id
    where links.is_known
    group by links.record_id
),
followed as (
    select distinct source_id as record_id from staging.actions where source_id is not null
)
select
    records.month,
    count(*) as activity_count,
    count(case when strength.strength = 2 then 1 end) as confirmed_count,
    count(case when strength.strength = 1 then 1 end) as suggested_count,
    count(case when strength.strength = 2 and strength.one_by_one = 0 then 1 end)
        as keyword_confirmed_count,
    count(followed.record_id) as followed_count,
    count(case when strength.strength = 2 then followed.record_id end) as confirmed_followed_count
from records
left join strength on records.record_id = strength.record_id
left join followed on records.record_id = followed.record_id
group by records.month
