-- Activities where they stand: in the party tree with the organisation that held them, in the
-- administrative tree with the units that they reach, by share of the bridge. Only the cells that
-- measures read: this is the longest table of the build.
-- grain: record_id, tree, unit_id
-- record: record_id
with cells as (
    select
        records.record_id,
        records.unit_id as held_by,
        records.tree as held_in,
        records.month,
        records.is_late,
        rows.upload_id,
        rows.source_sheet,
        rows.source_row,
        rows.activity_type,
        rows.start_at,
        rows.recorded_at,
        rows.due_count,
        rows.leave_count,
        rows.leave_reason,
        leaves.kind as leave_kind,
        rows.form,
        senses.sense as form_sense,
        coalesce(trim(rows.result), '') <> '' as has_result
    from model.activity_records as records
    inner join staging.activities as rows on records.record_id = rows.record_id
    left join model.leave_kinds as leaves on rows.leave_reason = leaves.reason
    left join model.form_senses as senses on rows.form = senses.form
    where records.unit_id is not null
),
placed as (
    select cells.*, held_by as unit_id, held_in as tree, 1.0 as weight
    from cells
    union all
    select cells.*, bridge.admin_unit_id as unit_id, 'admin' as tree, bridge.share as weight
    from cells
    inner join model.bridge_months as bridge
        on cells.held_by = bridge.party_unit_id and cells.month = bridge.month
    where cells.held_in = 'party'
)
select
    unit_id,
    tree,
    month,
    weight,
    'activities' as dataset,
    record_id as row_key,
    record_id,
    upload_id,
    source_sheet,
    source_row,
    activity_type,
    start_at,
    recorded_at,
    due_count,
    leave_count,
    leave_reason,
    leave_kind,
    form,
    form_sense,
    has_result,
    is_late
from placed
