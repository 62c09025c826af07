-- Keywords of each activity, one a row, as written.
-- grain: record_id, keyword
-- record: record_id
with split as (
    select
        record_id,
        unnest(string_split(
            regexp_replace(keywords, '[,;，；|/／\r\n]', '、', 'g'), '、'
        )) as keyword
    from staging.activities
    where keywords is not null
)
select distinct record_id, trim(keyword) as keyword
from split
where trim(keyword) <> ''
