-- Printed totals that are not the sum of the rows above them, as far as rounding allows: for KPIs
-- that add up, and for sums of money nobody has defined. A total over an empty cell or over a row
-- that was held back is skipped.
with additive as (
    select totals.*, own.family, own.factor
    from totals
    left join kpi_terms as terms on totals.kpi = terms.spelling
    left join accepted.units_of_measure as own on totals.unit_of_measure = own.spelling
    where (
        terms.aggregation = 'sum'
        or terms.kpi_id is null
        and own.family = (
            select min(family) from accepted.units_of_measure where spelling = '元'
        )
    )
    and not exists (
        select 1
        from withheld
        where withheld._row between totals.first_row and totals.last_row
            and withheld._sheet is not distinct from totals._sheet
            and coalesce(withheld.topic, totals.kpi) = totals.kpi
    )
),
pairs as (
    select
        printed._row,
        printed._sheet,
        printed.total_kind,
        printed.kpi,
        printed.month,
        coalesce(printed.months, 1) as months,
        printed.first_row,
        printed.last_row,
        unnest(['actual', 'target', 'ytd_actual', 'ytd_target', 'last_year']) as _column,
        unnest([
            printed.actual, printed.target, printed.ytd_actual, printed.ytd_target,
            printed.last_year
        ]) as total,
        unnest([
            incoming.actual, incoming.target, incoming.ytd_actual, incoming.ytd_target,
            incoming.last_year
        ]) as part,
        case
            when incoming.unit_of_measure is not distinct from printed.unit_of_measure then 1
            when own.family = printed.family then own.factor / printed.factor
        end as scale
    from additive as printed
    inner join incoming
        on incoming._row between printed.first_row and printed.last_row
        and incoming._sheet is not distinct from printed._sheet
        and incoming.kpi = printed.kpi
        and incoming.month is not distinct from printed.month
        and coalesce(incoming.months, 1) = coalesce(printed.months, 1)
    left join accepted.units_of_measure as own on incoming.unit_of_measure = own.spelling
),
rounded as (
    select
        *,
        0.5 * pow(10, -length(rtrim(split_part(cast(total as varchar), '.', 2), '0')))
            as half_total,
        0.5 * scale * pow(10, -length(rtrim(split_part(cast(part as varchar), '.', 2), '0')))
            as half_part
    from pairs
    where total is not null
),
summed as (
    select
        _row,
        _sheet,
        total_kind,
        kpi,
        month,
        first_row,
        last_row,
        _column,
        total,
        sum(part * scale) as parts_total,
        half_total + count(*) * min(half_part) as tolerance
    from rounded
    group by
        _row, _sheet, total_kind, kpi, month, months, first_row, last_row, _column, total, half_total
    having count(part * scale) = count(*)
)
select
    _row,
    _sheet,
    _column,
    total as value,
    total_kind,
    kpi,
    month,
    first_row,
    last_row,
    round(parts_total, 6) as parts_total,
    round(total - parts_total, 6) as difference
from summed
where abs(total - parts_total) > tolerance * 1.000001
