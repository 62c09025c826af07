-- Meetings of an organisation and all below it (the groups of a branch) by period and type.
-- grain: unit_id, period, activity_type
select
    tree.ancestor_id as unit_id,
    periods.period,
    held.activity_type,
    sum(held.activity_count) as done
from model.activity_org_month as held
inner join model.unit_tree_months as tree
    on held.unit_id = tree.unit_id and held.month = tree.month
inner join model.rule_periods as periods
    on held.month between periods.start_month and periods.end_month
where tree.tree = 'party' and tree.ancestor_id <> '*'
group by tree.ancestor_id, periods.period, held.activity_type
