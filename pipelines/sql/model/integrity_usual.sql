-- Median number of activities of an organisation in a month, from its first month to its last,
-- months without any included: a few busy months do not move it.
-- grain: unit_id
with spans as (
    select unit_id, min(month) as first_month, max(month) as last_month
    from model.activity_org_month
    group by unit_id
),
held as (
    select unit_id, month, sum(activity_count) as activity_count
    from model.activity_org_month
    group by unit_id, month
)
select
    spans.unit_id,
    median(coalesce(held.activity_count, 0)) as median_count
from spans
inner join model.months as months
    on months.month between spans.first_month and spans.last_month
left join held on spans.unit_id = held.unit_id and months.month = held.month
group by spans.unit_id
