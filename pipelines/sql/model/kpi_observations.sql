-- KPI figures with unit and KPI resolved and attainment by direction; a KPI that nobody has
-- defined keeps its written name and has no attainment.
-- grain: unit_id, month, kpi_id
with resolved as (
    select
        owners.unit_id,
        figures.month,
        coalesce(names.kpi_id, figures.kpi) as kpi_id,
        figures.actual,
        figures.target,
        figures.last_year,
        figures.source_row,
        figures.source_sheet,
        figures.upload_id,
        figures.upload_seq
    from staging.kpi_values as figures
    inner join model.unit_months as owners
        on figures.unit = owners.spelling and figures.month = owners.month
    left join model.kpi_spellings as names on figures.kpi = names.spelling
),
latest as (
    select *
    from resolved
    qualify row_number() over (
        partition by unit_id, month, kpi_id order by upload_seq desc, source_row desc
    ) = 1
)
select
    latest.unit_id,
    latest.month,
    latest.kpi_id,
    coalesce(kpis.kpi_name, latest.kpi_id) as kpi_name,
    kpis.direction,
    latest.actual,
    latest.target,
    latest.last_year,
    case
        when kpis.direction = 'up' and latest.target > 0 then latest.actual / latest.target
        when kpis.direction = 'down' and latest.target > 0
            then 2 - latest.actual / latest.target
        when kpis.direction = 'band' and latest.actual between kpis.band_low and kpis.band_high
            then 1.0
        when kpis.direction = 'band' and latest.actual < kpis.band_low and kpis.band_low > 0
            then latest.actual / kpis.band_low
        when kpis.direction = 'band' and latest.actual > kpis.band_high and kpis.band_high > 0
            then 2 - latest.actual / kpis.band_high
    end as attainment_rate,
    coalesce(kpis.weight, 1.0) as weight,
    coalesce(kpis.is_placebo, false) as is_placebo,
    latest.source_row,
    latest.source_sheet,
    latest.upload_id
from latest
left join model.kpis as kpis on latest.kpi_id = kpis.kpi_id
