-- How each KPI is judged and added up in which months: by the definition valid then, before the
-- first one by the first. Limits of a band are in the unit of measure of the definition of now.
-- grain: kpi_id, first_month
with dated as (
    select
        rows.*,
        strftime(rows.valid_from, '%Y-%m') as since,
        row_number() over (
            partition by rows.kpi_id, strftime(rows.valid_from, '%Y-%m')
            order by rows.valid_from desc
        ) as nth
    from staging.kpi_definitions as rows
),
spans as (
    select
        dated.*,
        row_number() over (partition by dated.kpi_id order by dated.since) as version,
        lead(dated.since) over (partition by dated.kpi_id order by dated.since) as until
    from dated
    where dated.nth = 1
),
scaled as (
    select
        spans.*,
        case
            when spans.unit_of_measure is null or kpis.unit_of_measure is null then 1.0
            when trim(spans.unit_of_measure) = trim(kpis.unit_of_measure) then 1.0
            when own.family = wanted.family then own.factor / wanted.factor
        end as ratio
    from spans
    inner join model.kpis as kpis on spans.kpi_id = kpis.kpi_id
    left join staging.units_of_measure as own on trim(spans.unit_of_measure) = own.spelling
    left join staging.units_of_measure as wanted on trim(kpis.unit_of_measure) = wanted.spelling
)
select
    kpi_id,
    case when version = 1 then '0000-00' else since end as first_month,
    coalesce(until, '9999-99') as before_month,
    direction,
    round(band_low * ratio, 10) as band_low,
    round(band_high * ratio, 10) as band_high,
    aggregation,
    weight
from scaled
