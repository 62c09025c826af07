-- Months that only the year to date tells: this month's less the month before's, January's as it
-- is. A period from January (1—2月) is the year to date of its last month. KPIs that add up only.
-- grain: unit_id, kpi_id, month
with lacking as (
    select
        figures.*,
        cast(substr(figures.month, 6, 2) as integer) as month_number
    from model.kpi_figures as figures
    inner join model.kpi_versions as terms
        on figures.kpi_id = terms.kpi_id
        and figures.month >= terms.first_month
        and figures.month < terms.before_month
    where terms.aggregation = 'sum'
        and (
            figures.months > 1
            or (figures.actual is null and figures.ytd_actual is not null)
            or (figures.target is null and figures.ytd_target is not null)
        )
),
now as (
    select
        unit_id,
        kpi_id,
        month,
        month_number,
        min(months) as months,
        coalesce(
            max(case when months = 1 then ytd_actual end),
            max(case when months = month_number then actual end),
            max(ytd_actual)
        ) as actual,
        coalesce(
            max(case when months = 1 then ytd_target end),
            max(case when months = month_number then target end),
            max(ytd_target)
        ) as target
    from lacking
    group by unit_id, kpi_id, month, month_number
),
before as (
    select
        now.unit_id,
        now.kpi_id,
        now.month,
        coalesce(
            max(case when earlier.months = 1 then earlier.ytd_actual end),
            max(case when earlier.months = now.month_number - 1 then earlier.actual end),
            max(earlier.ytd_actual)
        ) as actual,
        coalesce(
            max(case when earlier.months = 1 then earlier.ytd_target end),
            max(case when earlier.months = now.month_number - 1 then earlier.target end),
            max(earlier.ytd_target)
        ) as target
    from now
    inner join model.kpi_figures as earlier
        on now.unit_id = earlier.unit_id
        and now.kpi_id = earlier.kpi_id
        and earlier.month = concat(
            substr(now.month, 1, 5), lpad(cast(now.month_number - 1 as varchar), 2, '0')
        )
    group by now.unit_id, now.kpi_id, now.month
),
told as (
    select
        now.unit_id,
        now.kpi_id,
        now.month,
        now.months,
        case when now.month_number = 1 then now.actual
            else round(now.actual - before.actual, 10) end as actual,
        case when now.month_number = 1 then now.target
            else round(now.target - before.target, 10) end as target
    from now
    left join before
        on now.unit_id = before.unit_id
        and now.kpi_id = before.kpi_id
        and now.month = before.month
)
select unit_id, kpi_id, month, months, actual, target
from told
where actual is not null or target is not null
