-- KPI figures with unit and KPI resolved, in the KPI's own unit of measure where both are of one
-- family (万元, 亿元); a figure in a unit that cannot be converted is empty and says so. A KPI that
-- nobody has defined is told in the unit that most of its figures are written in.
-- grain: unit_id, month, months, kpi_id
with resolved as (
    select
        owners.unit_id,
        figures.month,
        figures.months,
        coalesce(names.kpi_id, figures.kpi) as kpi_id,
        figures.actual,
        figures.target,
        figures.ytd_actual,
        figures.ytd_target,
        figures.last_year,
        trim(figures.unit_of_measure) as written,
        figures.source_row,
        figures.source_sheet,
        figures.upload_id
    from staging.kpi_values as figures
    inner join model.unit_months as owners
        on figures.unit = owners.spelling and figures.month = owners.month
    left join model.kpi_spellings as names on figures.kpi = names.spelling
    qualify row_number() over (
        partition by
            owners.unit_id, figures.month, figures.months, coalesce(names.kpi_id, figures.kpi)
        order by figures.upload_seq desc, figures.source_position desc
    ) = 1
),
usual as (
    select kpi_id, written
    from resolved
    where written is not null
    group by kpi_id, written
    qualify row_number() over (partition by kpi_id order by count(*) desc, written) = 1
),
meant as (
    select resolved.*, coalesce(trim(kpis.unit_of_measure), usual.written) as unit_of_measure
    from resolved
    left join model.kpis as kpis on resolved.kpi_id = kpis.kpi_id
    left join usual on resolved.kpi_id = usual.kpi_id
),
measured as (
    select
        meant.*,
        case
            when meant.written is null or meant.unit_of_measure is null then 'as_is'
            when meant.written = meant.unit_of_measure then 'as_is'
            when own.family = wanted.family and own.factor = wanted.factor then 'as_is'
            when own.family = wanted.family then 'converted'
            else 'unit_of_measure'
        end as reading,
        own.factor / wanted.factor as ratio
    from meant
    left join staging.units_of_measure as own on meant.written = own.spelling
    left join staging.units_of_measure as wanted on meant.unit_of_measure = wanted.spelling
)
select
    unit_id,
    month,
    months,
    kpi_id,
    case reading when 'as_is' then actual when 'converted' then round(actual * ratio, 10) end
        as actual,
    case reading when 'as_is' then target when 'converted' then round(target * ratio, 10) end
        as target,
    case reading
        when 'as_is' then ytd_actual
        when 'converted' then round(ytd_actual * ratio, 10)
    end as ytd_actual,
    case reading
        when 'as_is' then ytd_target
        when 'converted' then round(ytd_target * ratio, 10)
    end as ytd_target,
    case reading
        when 'as_is' then last_year
        when 'converted' then round(last_year * ratio, 10)
    end as last_year,
    unit_of_measure,
    reading = 'converted' as is_converted,
    case when reading = 'unit_of_measure' then reading end as problem,
    source_row,
    source_sheet,
    upload_id
from measured
