-- Codes under 前身代码 that cannot be what the unit came from: not in the roster, the unit itself,
-- in the other tree, not there before the unit began, or gone long before it did.
with listed as (
    select
        incoming._row,
        incoming._sheet,
        incoming.unit_id,
        incoming.tree,
        incoming.valid_from,
        trim(unnest(string_split(
            replace(replace(replace(replace(replace(
                incoming.predecessor_ids, ',', '、'), ';', '、'), '，', '、'), '；', '、'), ' ', '、'
            ),
            '、'
        ))) as code
    from incoming
    where incoming.predecessor_ids is not null
),
lives as (
    select
        unit_id,
        min(valid_from) as first_on,
        max(coalesce(valid_to, date '9999-12-31')) as last_on,
        bool_or(tree = 'party') as party,
        bool_or(tree = 'admin') as admin
    from known.units
    group by unit_id
),
found as (
    select
        listed._row,
        listed._sheet,
        listed.code as value,
        case
            when listed.code = listed.unit_id then '它就是本单位；改名不用填，旧名写在“简称”或另起一行'
            when lives.unit_id is null then '单位名册里没有这个代码'
            when not case listed.tree when 'party' then lives.party else lives.admin end
                then '它属于另一棵组织树'
            when lives.first_on >= listed.valid_from
                then '它 ' || lives.first_on::varchar || ' 才成立，不早于本单位'
            when lives.last_on + 1 < listed.valid_from
                then '它 ' || lives.last_on::varchar || ' 已撤销，到本单位 '
                || listed.valid_from::varchar || ' 成立中间有空档'
        end as problem
    from listed
    left join lives on listed.code = lives.unit_id
    where listed.code <> ''
)
select _row, _sheet, value, problem
from found
where problem is not null
