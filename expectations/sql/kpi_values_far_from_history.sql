-- Figures more than six robust standard deviations from the unit's own history of the KPI; with
-- a history that never changes, more than half of it away. A wrong unit of measure is told apart.
select
    _row,
    _sheet,
    value,
    unit,
    kpi,
    month,
    round(typical / scale, 4) as typical
from surprises
where slip is null
    and (
        spread > 0 and abs(amount - typical) > 6 * 1.4826 * spread
        or spread = 0 and typical <> 0 and abs(amount - typical) > 0.5 * abs(typical)
    )
