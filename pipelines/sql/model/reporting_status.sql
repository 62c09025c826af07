-- Who has reported what for a month, and when. 补传: after the due day, on a day that first
-- brought as many of the unit's months as make it history; its timeliness is not judged. Whether a
-- due day has passed is seen from the newest upload.
-- grain: unit_id, dataset, month
with terms as (
    select dataset, min(due_day) as due_day, min(backfill_months) as backfill_months
    from staging.reporting_terms
    group by dataset
),
dated as (
    select
        expected.unit_id,
        expected.tree,
        expected.dataset,
        expected.month,
        expected.is_inferred,
        cast(concat(months.next_month, '-', lpad(cast(terms.due_day as varchar), 2, '0')) as date)
            as due_on,
        terms.backfill_months,
        received.upload_id,
        received.received_at,
        received.new_month_count,
        months.as_of
    from model.reporting_expected as expected
    inner join model.reporting_months as months on expected.month = months.month
    inner join terms on expected.dataset = terms.dataset
    left join model.reporting_received as received
        on expected.unit_id = received.unit_id
        and expected.dataset = received.dataset
        and expected.month = received.month
)
select
    unit_id,
    tree,
    dataset,
    month,
    is_inferred,
    due_on,
    upload_id,
    received_at,
    new_month_count,
    case
        when received_at is null and cast(as_of as date) > due_on then '未报'
        when received_at is null then '未到期'
        when cast(received_at as date) <= due_on then '按时'
        when new_month_count >= backfill_months then '补传'
        else '迟报'
    end as state
from dated
