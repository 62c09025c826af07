-- Activities of an organisation whose head count of that month says it has no members.
with empty_months as (
    select distinct coalesce(units.unit_id, counts.unit) as unit_key, counts.month
    from known.headcounts as counts
    left join unit_terms as units on counts.unit = units.spelling
    where counts.members = 0
)
select
    min(incoming._row) as _row,
    arg_min(incoming._sheet, incoming._row) as _sheet,
    incoming.unit as value,
    empty_months.month,
    count(*) as _count
from incoming
left join unit_terms as units on incoming.unit = units.spelling
inner join empty_months
    on coalesce(units.unit_id, incoming.unit) = empty_months.unit_key
    and strftime(incoming.start_at, '%Y-%m') = empty_months.month
group by incoming.unit, empty_months.month
