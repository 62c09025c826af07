-- Claims whose window is longer than 36 months.
select
    _row,
    _sheet,
    window_end as value,
    window_start,
    datediff('month', strptime(window_start, '%Y-%m'), strptime(window_end, '%Y-%m')) + 1 as months
from incoming
where datediff('month', strptime(window_start, '%Y-%m'), strptime(window_end, '%Y-%m')) >= 36
