-- Units that the roster has, but not in the month they are named for; one row a name and month.
with named as (
    select
        written,
        month,
        min(_row) as _row,
        arg_min(_sheet, _row) as _sheet,
        count(*) as _count
    from subject
    group by written, month
),
dated as (
    select
        spelling,
        strftime(valid_from, '%Y-%m') as first_month,
        strftime(valid_to, '%Y-%m') as last_month,
        strftime(valid_from, '%Y-%m-%d') || ' 至'
        || case when year(valid_to) = 9999 then '今' else strftime(valid_to, ' %Y-%m-%d') end
            as validity
    from model.unit_spellings
)
select
    named._row,
    named._sheet,
    named.written as value,
    named.month,
    named._count,
    string_agg(distinct dated.validity, '、' order by dated.validity) as validity
from named
inner join dated on named.written = dated.spelling
group by named._row, named._sheet, named.written, named.month, named._count
having not bool_or(named.month between dated.first_month and dated.last_month)
