-- Keywords whose activities are mostly suggested for one KPI and that nobody has decided on, by
-- month: activities of all months with the keyword, those suggested and not decided of the month.
-- grain: keyword, target_id, month
with totals as (
    select keyword, count(*) as keyword_count from model.activity_keywords group by keyword
),
pending as (
    select
        words.keyword,
        links.target_id,
        links.month,
        count(*) as suggested_count,
        min(links.reason) as reason
    from model.activity_links as links
    inner join model.activity_keywords as words on links.record_id = words.record_id
    where links.state = 'suggested' and links.target_kind = 'kpi'
    group by words.keyword, links.target_id, links.month
),
everywhere as (
    select keyword, target_id, sum(suggested_count) as suggested_count
    from pending
    group by keyword, target_id
)
select
    pending.keyword,
    pending.target_id,
    pending.month,
    totals.keyword_count,
    pending.suggested_count,
    pending.reason
from pending
inner join totals on pending.keyword = totals.keyword
inner join everywhere
    on pending.keyword = everywhere.keyword and pending.target_id = everywhere.target_id
where everywhere.suggested_count >= 0.5 * totals.keyword_count
