-- A year to date below the one before it in the same year, for KPIs that add up; a negative month
-- explains a fall.
with ordered as (
    select
        _row,
        _sheet,
        ytd_actual,
        ytd_amount,
        amount,
        month,
        unit,
        kpi,
        lag(month) over in_year as month_before,
        lag(ytd_amount) over in_year as amount_before,
        lag(ytd_actual) over in_year as ytd_before,
        lag(_row) over in_year as row_before,
        lag(_sheet) over in_year as sheet_before
    from figures
    where part <> 'stored' and aggregation = 'sum' and ytd_amount is not null
    window in_year as (partition by unit_key, kpi_key, year order by month, months)
)
select
    coalesce(_row, row_before) as _row,
    case when _row is null then sheet_before else _sheet end as _sheet,
    ytd_actual as value,
    unit,
    kpi,
    month,
    month_before,
    ytd_before
from ordered
where ytd_amount < amount_before
    and coalesce(amount, 0) >= 0
    and coalesce(_row, row_before) is not null
