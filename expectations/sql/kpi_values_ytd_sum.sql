-- A year to date that is not the sum of its months, for KPIs that add up and years whose months
-- are all there; as far as rounding allows.
with summed as (
    select
        part,
        _row,
        _sheet,
        unit,
        kpi,
        month,
        month_number,
        ytd_actual,
        ytd_amount,
        half_ytd,
        scale,
        sum(amount) over so_far as total,
        count(amount) over so_far as filled,
        count(*) over so_far as parts,
        sum(months) over so_far as months_so_far,
        min(half_actual) over so_far as half_part
    from figures
    where part <> 'stored' and aggregation = 'sum'
    window so_far as (
        partition by unit_key, kpi_key, year order by month
        range between unbounded preceding and current row
    )
)
select
    _row,
    _sheet,
    ytd_actual as value,
    unit,
    kpi,
    month,
    round(total / scale, 6) as total,
    round((ytd_amount - total) / scale, 6) as difference
from summed
where part = 'file'
    and month_number > 1
    and months_so_far = month_number
    and filled = parts
    and abs(ytd_amount - total) > (half_ytd + parts * half_part) * 1.000001
