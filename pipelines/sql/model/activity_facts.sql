-- Activities where they stand: in the party tree with the organisation that held them, in the
-- administrative tree with the units that they reach, by share of the bridge.
-- grain: record_id, tree, unit_id
with placed as (
    select record_id, unit_id, tree, month, 1.0 as weight
    from model.activity_records
    where unit_id is not null
    union all
    select
        records.record_id,
        bridge.admin_unit_id as unit_id,
        'admin' as tree,
        records.month,
        bridge.share as weight
    from model.activity_records as records
    inner join model.bridge_months as bridge
        on records.unit_id = bridge.party_unit_id and records.month = bridge.month
    where records.tree = 'party'
)
select
    placed.unit_id,
    placed.tree,
    placed.month,
    placed.weight,
    'activities' as dataset,
    placed.record_id as row_key,
    rows.upload_id,
    rows.source_sheet,
    rows.source_row,
    placed.record_id,
    rows.activity_type,
    rows.start_at,
    rows.recorded_at,
    rows.due_count,
    rows.present_count,
    rows.leave_count,
    rows.leave_reason,
    leaves.kind as leave_kind,
    rows.form,
    senses.sense as form_sense,
    coalesce(trim(rows.result), '') <> '' as has_result,
    rows.origin,
    rows.training_hours,
    records.is_late
from placed
inner join staging.activities as rows on placed.record_id = rows.record_id
inner join model.activity_records as records on placed.record_id = records.record_id
left join model.leave_kinds as leaves on rows.leave_reason = leaves.reason
left join model.form_senses as senses on rows.form = senses.form
