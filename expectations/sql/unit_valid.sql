-- Units that the roster has, but not in the month they are named for; one row a name and month.
-- asked: what the unit was called then, or who took over from it.
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
        unit_id,
        strftime(valid_from, '%Y-%m') as first_month,
        strftime(valid_to, '%Y-%m') as last_month,
        strftime(valid_from, '%Y-%m-%d') || ' 至'
        || case when year(valid_to) = 9999 then '今' else strftime(valid_to, ' %Y-%m-%d') end
            as validity
    from model.unit_spellings
),
broken as (
    select
        named.*,
        min(dated.unit_id) as unit_id,
        count(distinct dated.unit_id) as unit_count,
        string_agg(distinct dated.validity, '、' order by dated.validity) as validity
    from named
    inner join dated on named.written = dated.spelling
    group by all
    having not bool_or(named.month between dated.first_month and dated.last_month)
),
called as (
    select broken.written, broken.month, arg_max(units.unit_name, units.valid_from) as unit_name
    from broken
    inner join known.units as units
        on broken.unit_id = units.unit_id
        and broken.month between strftime(units.valid_from, '%Y-%m')
        and strftime(coalesce(units.valid_to, date '9999-12-31'), '%Y-%m')
    where broken.unit_count = 1
    group by broken.written, broken.month
),
went_on as (
    select broken.written, broken.month,
        string_agg(distinct units.unit_name, '、' order by units.unit_name) as names
    from broken
    inner join known.units as units
        on list_contains(
            regexp_split_to_array(coalesce(units.predecessor_ids, ''), '[、,，;； ]+'),
            broken.unit_id
        )
        and broken.month >= strftime(units.valid_from, '%Y-%m')
    where broken.unit_count = 1
    group by broken.written, broken.month
)
select
    broken._row,
    broken._sheet,
    broken.written as value,
    broken.month,
    broken._count,
    broken.validity,
    case
        when called.unit_name is not null then '这个单位当月叫“' || called.unit_name
            || '”；文件还会用旧名的，把旧名写进名册里新名称那一行的“简称”。'
        when went_on.names is not null
            then '它已撤销，由' || went_on.names || '承接，应由承接单位各报各的，不能替它分。'
    end as asked
from broken
left join called on broken.written = called.written and broken.month = called.month
left join went_on on broken.written = went_on.written and broken.month = went_on.month
