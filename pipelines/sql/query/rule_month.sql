-- Rules of periods that end in a month, and of those that run then, by branch.
select
    status.rule_id,
    status.label,
    status.period_kind,
    status.period,
    status.rule_version,
    status.normally,
    status.unit_id,
    units.unit_name,
    parents.unit_name as parent_name,
    status.required,
    status.done,
    status.state,
    status.is_silent,
    status.explanation
from model.rule_status as status
inner join model.unit_labels as units
    on status.unit_id = units.unit_id
    and units.since <= cast($day as date)
    and cast($day as date) < units.next_on
left join model.unit_parents as above
    on status.unit_id = above.unit_id and above.month = $month
left join model.unit_labels as parents
    on above.parent_id = parents.unit_id
    and parents.since <= cast($day as date)
    and cast($day as date) < parents.next_on
where (status.state <> '进行中' and status.end_month = $month)
    or (status.state = '进行中' and $month between status.start_month and status.end_month)
order by status.rule_id, status.unit_id
