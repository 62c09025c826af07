-- First and last day of each unit over all its rows in the roster; without an end it is far away.
-- grain: unit_id
select
    unit_id,
    min(valid_from) as first_on,
    max(least(coalesce(valid_to, date '2999-12-30'), date '2999-12-30')) as last_on
from staging.units
group by unit_id
