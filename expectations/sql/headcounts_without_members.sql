-- Head counts of no members in a month in which the organisation held activities.
with held as (
    select
        coalesce(units.unit_id, records.unit) as unit_key,
        strftime(records.start_at, '%Y-%m') as month,
        count(*) as activity_count
    from known.activities as records
    left join unit_terms as units on records.unit = units.spelling
    group by unit_key, strftime(records.start_at, '%Y-%m')
)
select
    incoming._row,
    incoming._sheet,
    incoming.members as value,
    incoming.unit,
    incoming.month,
    held.activity_count
from incoming
left join unit_terms as units on incoming.unit = units.spelling
inner join held
    on coalesce(units.unit_id, incoming.unit) = held.unit_key
    and incoming.month = held.month
where incoming.members = 0
