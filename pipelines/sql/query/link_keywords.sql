-- Keywords whose activities are mostly suggested for one KPI and that nobody has decided on:
-- activities of all months, those suggested and not decided, those of $month among them.
with pending as (
    select
        keyword,
        target_id,
        min(keyword_count) as keyword_count,
        cast(sum(suggested_count) as bigint) as suggested_count,
        cast(sum(case when month = $month then suggested_count else 0 end) as bigint)
            as month_count,
        min(reason) as reason
    from mart.link_keywords
    group by keyword, target_id
)
select
    pending.keyword,
    'kpi' as target_kind,
    pending.target_id,
    targets.target_name,
    pending.keyword_count,
    pending.suggested_count,
    pending.month_count,
    pending.reason
from pending
inner join model.link_targets as targets
    on targets.target_kind = 'kpi' and pending.target_id = targets.target_id
order by pending.suggested_count desc, pending.keyword, pending.target_id
