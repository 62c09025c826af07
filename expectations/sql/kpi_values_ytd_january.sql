-- A year to date of January that is not the figure of January.
select _row, _sheet, ytd_actual as value, unit, kpi, month, actual
from figures
where part = 'file'
    and month_number = 1
    and months = 1
    and abs(ytd_amount - amount) > (half_ytd + half_actual) * 1.000001
