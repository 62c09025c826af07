-- Activities that a follow-up item names as its source, where they stand, in both trees, each once:
-- the first such item and how many there are.
-- grain: record_id, tree, unit_id
with followed as (
    select
        source_id as record_id,
        min(action_id) as first_action_id,
        count(*) as action_count
    from staging.actions
    where source_id is not null
    group by source_id
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
    held.link_state,
    rows.title,
    followed.first_action_id,
    followed.action_count
from model.link_facts as held
inner join followed on held.record_id = followed.record_id
inner join staging.activities as rows on held.record_id = rows.record_id
