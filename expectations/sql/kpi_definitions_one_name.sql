-- KPI names and aliases of this file that also stand for another KPI.
with listed as (
    select
        _incoming, _row, _sheet, kpi_id,
        unnest(list_append(
            string_split(
                replace(replace(replace(coalesce(aliases, ''), ',', '、'), ';', '、'), '，', '、'),
                '、'
            ),
            name
        )) as spelling
    from known.kpi_definitions
),
spelled as (
    select distinct _incoming, _row, _sheet, kpi_id, trim(spelling) as spelling
    from listed
    where trim(spelling) <> ''
),
shared as (
    select spelling, string_agg(distinct kpi_id, '、' order by kpi_id) as kpi_ids
    from spelled
    group by spelling
    having count(distinct kpi_id) > 1
)
select spelled._row, spelled._sheet, spelled.spelling as value, shared.kpi_ids
from spelled
inner join shared on spelled.spelling = shared.spelling
where spelled._incoming
