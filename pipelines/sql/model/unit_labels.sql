-- What a unit is called on a day: from since on, up to the day before next_on. The first name holds
-- for all days before it too and the last for all after it, so that a unit has one name on any day.
-- grain: unit_id, since
select
    unit_id,
    unit_name,
    case
        when row_number() over (partition by unit_id order by valid_from) = 1
            then date '0001-01-01'
        else valid_from
    end as since,
    coalesce(
        lead(valid_from) over (partition by unit_id order by valid_from), date '9999-12-31'
    ) as next_on
from staging.units
