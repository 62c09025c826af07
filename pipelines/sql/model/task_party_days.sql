-- Days on which party work for a key task is on record: the party side did a step, or an activity
-- was held whose link to the task a person has confirmed. A suggestion does not count.
-- grain: task_id, day, origin
select distinct task_id, party_on as day, 'step' as origin
from model.task_syncs
where party_on is not null
union all
select distinct links.target_id as task_id, cast(records.start_at as date) as day,
    'activity' as origin
from model.activity_links as links
inner join staging.activities as records on links.record_id = records.record_id
where links.target_kind = 'key_task' and links.state = 'confirmed'
