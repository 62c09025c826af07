-- Stations of the fusion chain by month, each activity of a unit of the roster once; follow-up
-- items count only where they name the activity as their source.
-- keyword_confirmed_count: those confirmed by nothing but a decision for a keyword.
-- grain: month
with strength as (
    select
        record_id,
        max(case state when 'confirmed' then 2 when 'suggested' then 1 else 0 end) as strength,
        max(case when state = 'confirmed' and basis <> 'keyword' then 1 else 0 end) as one_by_one
    from model.activity_links
    where is_known
    group by record_id
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
from model.activity_records as records
left join strength on records.record_id = strength.record_id
left join followed on records.record_id = followed.record_id
where records.unit_id is not null
group by records.month
