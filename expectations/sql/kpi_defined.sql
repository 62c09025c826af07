-- KPIs named for a month before their first definition; one row a name and month.
with named as (
    select
        written,
        month,
        min(_row) as _row,
        arg_min(_sheet, _row) as _sheet,
        count(*) as _count
    from subject
    group by written, month
)
select
    named._row,
    named._sheet,
    named.written as value,
    named.month,
    named._count,
    terms.since
from named
inner join kpi_terms as terms on named.written = terms.spelling
where named.month < strftime(terms.since, '%Y-%m')
