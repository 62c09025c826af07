-- KPI figures of single months with attainment by direction; a month that only the year to date
-- tells is marked is_differenced. Attainment is by the definition of that month, direction is that
-- of now, one for the whole series; a KPI that nobody has defined has no attainment.
-- grain: unit_id, month, kpi_id
with observed as (
    select
        figures.unit_id,
        figures.month,
        figures.kpi_id,
        case when figures.problem is null then coalesce(figures.actual, told.actual) end as actual,
        case when figures.problem is null then coalesce(figures.target, told.target) end as target,
        figures.last_year,
        figures.unit_of_measure,
        figures.problem is null
            and (
                (figures.actual is null and told.actual is not null)
                or (figures.target is null and told.target is not null)
            ) as is_differenced,
        figures.problem,
        figures.source_row,
        figures.source_sheet,
        figures.upload_id
    from model.kpi_figures as figures
    left join model.kpi_differences as told
        on figures.unit_id = told.unit_id
        and figures.kpi_id = told.kpi_id
        and figures.month = told.month
    where figures.months = 1
    union all
    select
        told.unit_id,
        told.month,
        told.kpi_id,
        told.actual,
        told.target,
        null as last_year,
        period.unit_of_measure,
        true as is_differenced,
        null as problem,
        period.source_row,
        period.source_sheet,
        period.upload_id
    from model.kpi_differences as told
    inner join model.kpi_figures as period
        on told.unit_id = period.unit_id
        and told.kpi_id = period.kpi_id
        and told.month = period.month
        and told.months = period.months
    left join model.kpi_figures as single
        on told.unit_id = single.unit_id
        and told.kpi_id = single.kpi_id
        and told.month = single.month
        and single.months = 1
    where told.months > 1 and single.unit_id is null
)
select
    observed.unit_id,
    observed.month,
    observed.kpi_id,
    coalesce(kpis.kpi_name, observed.kpi_id) as kpi_name,
    kpis.direction,
    observed.actual,
    observed.target,
    observed.last_year,
    observed.unit_of_measure,
    -- rounded: 2 - 330 / 300 is 0.9, not a little less
    round(
        case
            when terms.direction = 'up' and observed.target > 0
                then observed.actual / observed.target
            when terms.direction = 'down' and observed.target > 0
                then 2 - observed.actual / observed.target
            when terms.direction = 'down' and observed.target = 0
                then case when observed.actual <= 0 then 1.0 when observed.actual > 0 then 0.0 end
            when terms.direction = 'band'
                and observed.actual between terms.band_low and terms.band_high
                then 1.0
            when terms.direction = 'band'
                and observed.actual < terms.band_low and terms.band_low > 0
                then observed.actual / terms.band_low
            when terms.direction = 'band'
                and observed.actual > terms.band_high and terms.band_high > 0
                then 2 - observed.actual / terms.band_high
        end,
        12
    ) as attainment_rate,
    coalesce(terms.weight, 1.0) as weight,
    coalesce(kpis.is_placebo, false) as is_placebo,
    observed.is_differenced,
    observed.problem,
    observed.source_row,
    observed.source_sheet,
    observed.upload_id
from observed
left join model.kpis as kpis on observed.kpi_id = kpis.kpi_id
left join model.kpi_versions as terms
    on observed.kpi_id = terms.kpi_id
    and observed.month >= terms.first_month
    and observed.month < terms.before_month
