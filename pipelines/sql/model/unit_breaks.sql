-- Months from which a unit that goes on has another extent: a part of it became a unit of its own, or
-- another unit was merged into it. Its figures before and after are of different things.
-- grain: unit_id, month
select origins.predecessor_id as unit_id, strftime(origins.since, '%Y-%m') as month
from model.unit_predecessors as origins
inner join model.unit_spans as spans on origins.predecessor_id = spans.unit_id
where spans.first_on < origins.since and spans.last_on >= origins.since
union
select origins.unit_id, strftime(origins.since, '%Y-%m') as month
from model.unit_predecessors as origins
inner join model.unit_spans as spans on origins.unit_id = spans.unit_id
where spans.first_on < origins.since
