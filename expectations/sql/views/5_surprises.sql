-- Figures of this file beside their own history: 8 other months for how far they are from it, 3
-- to see a wrong unit of measure. Stored figures come first: a whole file may be wrong.
with usual as (
    select
        unit_key,
        kpi_key,
        months,
        case when stored_count >= 8 then stored_typical when all_count >= 9 then all_typical end
            as typical,
        case when stored_count >= 8 then stored_spread when all_count >= 9 then all_spread end
            as spread,
        case when stored_count >= 3 then stored_typical when all_count >= 4 then all_typical end
            as short_typical,
        case when stored_count >= 3 then stored_spread when all_count >= 4 then all_spread end
            as short_spread
    from history
),
compared as (
    select
        figures._row,
        figures._sheet,
        figures.unit,
        figures.kpi,
        figures.month,
        figures.actual as value,
        figures.amount,
        figures.scale,
        figures.family,
        usual.typical,
        usual.spread,
        usual.short_typical,
        case
            when usual.short_spread <= 0.5 * abs(usual.short_typical)
                then figures.amount / nullif(usual.short_typical, 0)
        end as times
    from figures
    inner join usual
        on figures.unit_key = usual.unit_key
        and figures.kpi_key = usual.kpi_key
        and figures.months = usual.months
    where figures.part = 'file' and figures.amount is not null
),
rates as (
    select family from accepted.units_of_measure where spelling = '%'
)
select
    *,
    case
        when family is distinct from (select min(family) from rates)
            and (times between 8000 and 12500 or times between 0.00008 and 0.000125)
            then '一万倍（万元与元、万人与人）'
        when (family is null or family = (select min(family) from rates))
            and (times between 80 and 125 or times between 0.008 and 0.0125)
            then '一百倍（百分数与小数）'
    end as slip
from compared
