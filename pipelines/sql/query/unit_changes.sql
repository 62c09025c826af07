-- Units with KPI figures, among those that $unit_id in $tree covered in their last month from
-- $first_month to $last_month, that began, ended or changed their extent within: the units that the
-- change was with, and the month from which it counts.
with chosen as (
    select unit_id, ancestor_id
    from model.scope_months
    where tree = $tree and month between $first_month and $last_month
    qualify month = max(month) over (partition by unit_id)
),
changes as (
    select unit_id, 'begun' as change, first_on as day, strftime(first_on, '%Y-%m') as month
    from model.unit_spans
    union all
    select unit_id, 'ended' as change, last_on as day, strftime(last_on + 1, '%Y-%m') as month
    from model.unit_spans
    union all
    select unit_id, 'extent' as change, cast(month || '-01' as date) as day, month
    from model.unit_breaks
),
relatives as (
    select unit_id, predecessor_id as other_id, 'begun' as change from model.unit_predecessors
    union all
    select predecessor_id as unit_id, unit_id as other_id, 'ended' as change
    from model.unit_predecessors
),
others as (
    select * from relatives
    union all
    select unit_id, other_id, 'extent' as change from relatives
),
named as (
    select others.unit_id, others.change, string_agg(names.unit_name, '、' order by others.other_id)
        as other_names
    from others
    inner join model.unit_labels as names
        on others.other_id = names.unit_id
        and names.since <= cast($day as date)
        and cast($day as date) < names.next_on
    group by others.unit_id, others.change
)
select changes.unit_id, units.unit_name, changes.change, changes.day, named.other_names
from changes
inner join chosen on changes.unit_id = chosen.unit_id and chosen.ancestor_id = $unit_id
inner join (select distinct unit_id from mart.kpi_unit_month) as reporting
    on changes.unit_id = reporting.unit_id
inner join model.unit_labels as units
    on changes.unit_id = units.unit_id
    and units.since <= cast($day as date)
    and cast($day as date) < units.next_on
left join named on changes.unit_id = named.unit_id and changes.change = named.change
where changes.month > $first_month and changes.month <= $last_month
order by changes.day, changes.unit_id, changes.change
