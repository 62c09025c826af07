-- Parents that are not in the roster, are in the other tree, or are not there all the time.
with parents as (
    select
        unit_id,
        min(valid_from) as valid_from,
        max(coalesce(valid_to, date '9999-12-31')) as valid_to,
        bool_or(tree = 'party') as party,
        bool_or(tree = 'admin') as admin
    from known.units
    group by unit_id
),
found as (
    select
        incoming._row,
        incoming._sheet,
        incoming.parent_id as value,
        case
            when parents.unit_id is null then '单位名册里没有这个代码'
            when not case incoming.tree when 'party' then parents.party else parents.admin end
                then '它属于另一棵组织树'
            when parents.valid_from > incoming.valid_from
                then '它 ' || parents.valid_from::varchar || ' 才成立，晚于本单位'
            when parents.valid_to < coalesce(incoming.valid_to, date '9999-12-31')
                then '它 ' || parents.valid_to::varchar || ' 已撤销，早于本单位'
        end as problem
    from incoming
    left join parents on incoming.parent_id = parents.unit_id
    where incoming.parent_id is not null
)
select _row, _sheet, value, problem
from found
where problem is not null
