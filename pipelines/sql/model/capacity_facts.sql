-- Head counts of a unit in a month, with the training of the year up to then and what the rule
-- pack asks for it. is_covered: a unit below reports in the same month, so these people would
-- count twice.
-- grain: unit_id, month
with resolved as (
    select owners.unit_id, places.tree, rows.*
    from staging.headcounts as rows
    inner join model.unit_months as owners
        on rows.unit = owners.spelling and rows.month = owners.month
    inner join model.unit_parents as places
        on owners.unit_id = places.unit_id and rows.month = places.month
    qualify row_number() over (
        partition by owners.unit_id, rows.month
        order by rows.upload_seq desc, rows.source_row desc, rows.unit
    ) = 1
),
covered as (
    select distinct tree.ancestor_id as unit_id, resolved.month
    from resolved
    inner join model.unit_tree_months as tree
        on resolved.unit_id = tree.unit_id and resolved.month = tree.month
    where tree.distance between 1 and 98
),
due as (
    select resolved.unit_id, resolved.month, norms.hours_a_year
    from resolved
    inner join staging.training_norms as norms
        on strftime(norms.valid_from, '%Y-%m') <= resolved.month
        and strftime(norms.valid_to, '%Y-%m') >= resolved.month
    qualify row_number() over (
        partition by resolved.unit_id, resolved.month order by norms.valid_from desc
    ) = 1
),
trained as (
    select
        resolved.*,
        covered.unit_id is not null as is_covered,
        case
            when resolved.training_hours is not null and resolved.members > 0
                then resolved.members * due.hours_a_year / 12
        end as hours_due
    from resolved
    left join covered
        on resolved.unit_id = covered.unit_id and resolved.month = covered.month
    left join due on resolved.unit_id = due.unit_id and resolved.month = due.month
)
select
    unit_id,
    tree,
    month,
    1.0 as weight,
    'headcounts' as dataset,
    concat(unit_id, '|', month) as row_key,
    upload_id,
    source_sheet,
    source_row,
    members,
    staff,
    full_time_officers,
    part_time_officers,
    training_hours,
    backbone_to_member,
    member_to_backbone,
    cross_posted,
    hours_due,
    sum(case when hours_due is not null then training_hours end) over (
        partition by unit_id, substr(month, 1, 4) order by month
    ) as hours_this_year,
    sum(hours_due) over (
        partition by unit_id, substr(month, 1, 4) order by month
    ) as hours_due_this_year,
    is_covered
from trained
