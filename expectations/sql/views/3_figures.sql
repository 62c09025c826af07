-- KPI figures of this file (file), stored ones that stay beside it (kept) and all that are stored
-- (stored), unit and KPI resolved, amounts in the KPI's own measure. Half a unit of the last
-- decimal is how far a rounded figure may be off.
with parts as (
    select *, case when _incoming then 'file' else 'kept' end as part
    from known.kpi_values
    union all by name
    select *, 'stored' as part
    from stored.kpi_values
),
scaled as (
    select
        parts.part,
        parts._row,
        parts._sheet,
        parts.unit,
        parts.kpi,
        parts.month,
        coalesce(parts.months, 1) as months,
        coalesce(units.unit_id, parts.unit) as unit_key,
        coalesce(kpis.kpi_id, parts.kpi) as kpi_key,
        kpis.aggregation,
        coalesce(kpis.family, own.family) as family,
        case when own.family = kpis.family then own.factor / kpis.factor else 1 end as scale,
        parts.actual,
        parts.ytd_actual
    from parts
    left join unit_terms as units on parts.unit = units.spelling
    left join kpi_terms as kpis on parts.kpi = kpis.spelling
    left join accepted.units_of_measure as own on parts.unit_of_measure = own.spelling
)
select
    part,
    _row,
    _sheet,
    unit,
    kpi,
    month,
    left(month, 4) as year,
    cast(right(month, 2) as bigint) as month_number,
    months,
    unit_key,
    kpi_key,
    aggregation,
    family,
    actual,
    ytd_actual,
    scale,
    actual * scale as amount,
    ytd_actual * scale as ytd_amount,
    0.5 * scale * pow(10, -length(rtrim(split_part(cast(actual as varchar), '.', 2), '0')))
        as half_actual,
    0.5 * scale * pow(10, -length(rtrim(split_part(cast(ytd_actual as varchar), '.', 2), '0')))
        as half_ytd
from scaled
