-- Months, quarters and years of the activity log, and whether each is over. The log begins with
-- the first month in which a tenth of all organisations held anything; a period that began
-- earlier is left out. The last month that counts had ended when the last log came in.
-- grain: period
with held as (
    select month, count(distinct unit_id) as unit_count
    from model.activity_org_month
    group by month
),
span as (
    select
        min(held.month) as first_month,
        max(held.month) as last_month
    from held
    where held.unit_count * 10 >= (select count(distinct unit_id) from model.activity_org_month)
        and held.month < (
            select strftime(max(uploaded_at), '%Y-%m')
            from staging.receipts
            where dataset = 'activities'
        )
),
covered as (
    select
        months.month,
        substr(months.month, 1, 4) as year,
        cast(ceil(cast(substr(months.month, 6, 2) as integer) / 3.0) as integer) as quarter
    from model.months as months
    inner join span on months.month between span.first_month and span.last_month
),
periods as (
    select '月' as period_kind, month as period, month as start_month, month as end_month
    from covered
    union
    select
        '季度' as period_kind,
        concat(year, '-Q', cast(quarter as varchar)) as period,
        concat(year, '-', lpad(cast(quarter * 3 - 2 as varchar), 2, '0')) as start_month,
        concat(year, '-', lpad(cast(quarter * 3 as varchar), 2, '0')) as end_month
    from covered
    union
    select
        '年' as period_kind,
        year as period,
        concat(year, '-01') as start_month,
        concat(year, '-12') as end_month
    from covered
)
select
    periods.period_kind,
    periods.period,
    periods.start_month,
    periods.end_month,
    periods.end_month <= span.last_month as is_over,
    least(periods.end_month, span.last_month) as seen_month
from periods
inner join span on periods.start_month >= span.first_month
