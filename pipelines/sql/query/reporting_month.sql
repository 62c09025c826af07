-- Every report owed for a month: unit, dataset, state, when it came and in which file.
select
    status.dataset,
    status.tree,
    status.unit_id,
    units.unit_name,
    parents.unit_name as parent_name,
    status.state,
    status.is_inferred,
    status.due_on,
    status.received_at,
    status.new_month_count,
    status.upload_id,
    uploads.file_name,
    uploads.uploaded_by
from model.reporting_status as status
inner join model.unit_labels as units
    on status.unit_id = units.unit_id
    and units.since <= cast($day as date)
    and cast($day as date) < units.next_on
left join model.unit_parents as above
    on status.unit_id = above.unit_id and status.month = above.month
left join model.unit_labels as parents
    on above.parent_id = parents.unit_id
    and parents.since <= cast($day as date)
    and cast($day as date) < parents.next_on
left join staging.uploads as uploads on status.upload_id = uploads.upload_id
where status.month = $month
order by status.dataset, status.tree, status.unit_id
