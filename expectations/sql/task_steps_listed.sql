-- Steps that no set of steps in force has, one row a name, with the nearest name that one has.
with unknown as (
    select trim(step) as written, min(_row) as _row, arg_min(_sheet, _row) as _sheet,
        count(*) as _count
    from incoming
    where step is not null
        and not exists (select 1 from accepted.step_sets as sets where sets.step = trim(incoming.step))
    group by trim(step)
),
nearest as (
    select
        unknown.written,
        arg_min(sets.step, levenshtein(unknown.written, sets.step)) as step
    from unknown
    inner join accepted.step_sets as sets
        on levenshtein(unknown.written, sets.step) * 2 <= length(sets.step)
    group by unknown.written
)
select
    unknown._row,
    unknown._sheet,
    unknown.written as value,
    unknown._count,
    '是不是“' || nearest.step || '”？' as asked
from unknown
left join nearest on unknown.written = nearest.written
