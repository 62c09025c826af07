-- Days on which party work for a key task is on record: the party side did a step.
-- grain: task_id, day, origin
select distinct task_id, party_on as day, 'step' as origin
from model.task_syncs
where party_on is not null
