-- KPI totals of the organisation. A unit whose subordinate reports the same KPI in the same
-- month is left out, so that nothing is counted twice. sum and last add over units, mean is the
-- plain mean; attainment comes from the totals over units that have both figures. A rate or a
-- mark of a KPI that nobody has defined has no total: percentages of units do not add up.
-- grain: kpi_id, month
with counted as (
    select figures.*
    from model.kpi_observations as figures
    left join model.kpi_covered as covered
        on figures.unit_id = covered.unit_id
        and figures.kpi_id = covered.kpi_id
        and figures.month = covered.month
    where covered.unit_id is null
),
is_rate as (
    select spelling, family in ('比率', '百分点', '倍数', '得分', '温度') as is_rate
    from staging.units_of_measure
),
totals as (
    select
        counted.kpi_id,
        counted.month,
        min(counted.kpi_name) as kpi_name,
        min(counted.unit_of_measure) as unit_of_measure,
        min(terms.direction) as direction,
        count(counted.actual) as unit_count,
        sum(case when counted.attainment_rate >= 1 then 1 else 0 end) as met_unit_count,
        case
            when min(terms.aggregation) = 'mean' then avg(counted.actual)
            when min(terms.kpi_id) is not null or not bool_or(coalesce(is_rate.is_rate, false))
                then sum(counted.actual)
        end as actual,
        case
            when min(terms.aggregation) = 'mean' then avg(counted.target)
            when min(terms.kpi_id) is not null or not bool_or(coalesce(is_rate.is_rate, false))
                then sum(counted.target)
        end as target,
        avg(case when counted.target is not null then counted.actual end) as judged_actual,
        avg(case when counted.actual is not null then counted.target end) as judged_target,
        avg(counted.attainment_rate) as mean_attainment_rate,
        bool_or(counted.is_differenced) as is_differenced
    from counted
    left join model.kpi_versions as terms
        on counted.kpi_id = terms.kpi_id
        and counted.month >= terms.first_month
        and counted.month < terms.before_month
    left join is_rate on trim(counted.unit_of_measure) = is_rate.spelling
    group by counted.kpi_id, counted.month
)
select
    totals.kpi_id,
    totals.month,
    totals.kpi_name,
    totals.unit_of_measure,
    totals.unit_count,
    totals.met_unit_count,
    totals.actual,
    totals.target,
    round(
        case
            when totals.direction = 'up' and totals.judged_target > 0
                then totals.judged_actual / totals.judged_target
            when totals.direction = 'down' and totals.judged_target > 0
                then 2 - totals.judged_actual / totals.judged_target
            when totals.direction = 'down' and totals.judged_target = 0
                then case when totals.judged_actual <= 0 then 1.0
                    when totals.judged_actual > 0 then 0.0 end
            when totals.direction = 'band' then totals.mean_attainment_rate
        end,
        12
    ) as attainment_rate,
    totals.is_differenced
from totals
