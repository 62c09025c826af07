-- Keywords whose activities are mostly suggested for one KPI and that nobody has decided on:
-- activities of all months, those suggested and not decided, those of $month among them.
with held as (select record_id from staging.activities where month = $month),
totals as (
    select keyword, count(*) as keyword_count from model.activity_keywords group by keyword
),
pending as (
    select
        words.keyword,
        links.target_id,
        count(*) as suggested_count,
        count(held.record_id) as month_count,
        min(links.reason) as reason
    from model.activity_links as links
    inner join model.activity_keywords as words on links.record_id = words.record_id
    left join held on links.record_id = held.record_id
    where links.state = 'suggested' and links.target_kind = 'kpi'
    group by words.keyword, links.target_id
)
select
    pending.keyword,
    'kpi' as target_kind,
    pending.target_id,
    targets.target_name,
    totals.keyword_count,
    pending.suggested_count,
    pending.month_count,
    pending.reason
from pending
inner join totals on pending.keyword = totals.keyword
inner join model.link_targets as targets
    on targets.target_kind = 'kpi' and pending.target_id = targets.target_id
where pending.suggested_count >= 0.5 * totals.keyword_count
order by pending.suggested_count desc, pending.keyword, pending.target_id
