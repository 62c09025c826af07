-- Figures ten thousand or a hundred times their own history, or so many times smaller.
select _row, _sheet, value, unit, kpi, month, round(short_typical / scale, 4) as typical, slip
from surprises
where slip is not null
