-- Plan items in the month they are due in: the planned day, else the last day of the planned
-- month. is_late and days_late are empty for a month after the last that is over: it has monthly
-- reports, or activities or items done come from a later one.
-- grain: unit_id, plan_month, item
with reported as (
    select max(month) as month
    from (
        select month from staging.kpi_values
        union all
        select month from staging.headcounts
        union all
        select strftime(max(start_at) - interval 1 month, '%Y-%m') as month
        from staging.activities
        union all
        select strftime(max(done_on) - interval 1 month, '%Y-%m') as month
        from staging.plan_items
    ) as months
),
resolved as (
    select
        owners.unit_id,
        rows.*,
        coalesce(
            rows.planned_on, last_day(cast(concat(rows.month, '-01') as date))
        ) as due_on
    from staging.plan_items as rows
    inner join model.unit_months as owners
        on rows.unit = owners.spelling and rows.month = owners.month
    qualify row_number() over (
        partition by owners.unit_id, rows.month, rows.item
        order by rows.upload_seq desc, rows.source_row desc, rows.unit
    ) = 1
),
dated as (
    select resolved.*, strftime(due_on, '%Y-%m') as due_month, last_day(due_on) as judged_on
    from resolved
)
select
    dated.unit_id,
    places.tree,
    dated.due_month as month,
    1.0 as weight,
    'plan_items' as dataset,
    concat(dated.unit_id, '|', dated.month, '|', dated.item) as row_key,
    dated.upload_id,
    dated.source_sheet,
    dated.source_row,
    dated.month as plan_month,
    dated.item,
    dated.due_on,
    dated.done_on,
    case
        when dated.due_month > reported.month then null
        when dated.done_on <= dated.due_on then 0
        else 1
    end as is_late,
    case
        when dated.due_month <= reported.month and dated.done_on > dated.due_on
            then datediff('day', dated.due_on, dated.done_on)
    end as days_late
from dated
inner join model.unit_parents as places
    on dated.unit_id = places.unit_id and dated.due_month = places.month
cross join reported
