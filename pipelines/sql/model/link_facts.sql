-- Activities where they stand, in both trees, with how they are linked: confirmed when one link
-- to a known target is, else suggested when one is, else none.
-- grain: record_id, tree, unit_id
-- record: record_id
with linked as (
    select
        record_id,
        max(case state when 'confirmed' then 2 when 'suggested' then 1 else 0 end) as strength,
        count(case when state = 'confirmed' then 1 end) as confirmed_count,
        count(case when state = 'suggested' then 1 end) as suggested_count
    from model.activity_links
    where is_known
    group by record_id
)
select
    held.unit_id,
    held.tree,
    held.month,
    held.weight,
    held.dataset,
    held.row_key,
    held.upload_id,
    held.source_sheet,
    held.source_row,
    held.record_id,
    case linked.strength when 2 then 'confirmed' when 1 then 'suggested' else 'none' end
        as link_state,
    coalesce(linked.confirmed_count, 0) as confirmed_count,
    coalesce(linked.suggested_count, 0) as suggested_count
from model.activity_facts as held
left join linked on held.record_id = linked.record_id
