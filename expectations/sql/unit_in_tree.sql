-- Codes that the roster does not have, or has in the other tree only; one row a code.
with codes as (
    select
        written,
        tree,
        min(_row) as _row,
        arg_min(_sheet, _row) as _sheet,
        count(*) as _count
    from subject
    group by written, tree
),
trees as (
    select unit_id, string_agg(distinct tree, '、') as found, bool_or(tree = 'party') as party,
        bool_or(tree = 'admin') as admin
    from known.units
    group by unit_id
)
select
    codes._row,
    codes._sheet,
    codes.written as value,
    codes._count,
    case when trees.unit_id is null then '单位名册里没有这个代码' else '在单位名册里属于另一棵组织树' end
        as problem
from codes
left join trees on codes.written = trees.unit_id
where trees.unit_id is null
    or codes.tree = 'party' and not trees.party
    or codes.tree = 'admin' and not trees.admin
