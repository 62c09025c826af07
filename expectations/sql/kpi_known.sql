-- Names that the KPI register does not have, one row a name, with the nearest name that it has.
with unknown as (
    select
        written,
        min(_row) as _row,
        arg_min(_sheet, _row) as _sheet,
        count(*) as _count
    from subject
    where not exists (
        select 1 from model.kpi_spellings as names where names.spelling = subject.written
    )
    group by written
),
letters as (
    select distinct spelling, list_distinct(string_split(spelling, '')) as chars
    from model.kpi_spellings
),
compared as (
    select
        unknown.written,
        letters.spelling,
        2.0 * len(list_intersect(letters.chars, string_split(unknown.written, '')))
            / (len(letters.chars) + len(list_distinct(string_split(unknown.written, ''))))
            as likeness
    from (select written from unknown order by _count desc, written limit 200) as unknown
    cross join letters
),
nearest as (
    select
        written,
        arg_max(spelling, likeness - 0.1 * abs(length(spelling) - length(written))) as spelling
    from compared
    where likeness >= 0.6
    group by written
)
select
    unknown._row,
    unknown._sheet,
    unknown.written as value,
    unknown._count,
    '是不是“' || nearest.spelling || '”？' as asked
from unknown
left join nearest on unknown.written = nearest.written
