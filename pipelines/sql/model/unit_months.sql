-- Which unit a written name means in a month; a name that means two units then means none.
-- grain: spelling, month
with written as (
    select distinct unit as spelling, month from staging.kpi_values
    union
    select distinct unit as spelling, month from staging.activities
    union
    select distinct unit as spelling, month from staging.headcounts
    union
    select distinct unit as spelling, month from staging.plan_items
    union
    select distinct unit as spelling, month from staging.scores
    union
    select distinct unit as spelling, strftime(start_at, '%Y-%m') as month
    from staging.admin_meetings
    union
    select distinct unit as spelling, strftime(start_on, '%Y-%m') as month
    from staging.key_tasks
    union
    select distinct unit as spelling, strftime(start_on, '%Y-%m') as month
    from staging.carriers
)
select written.spelling, written.month, min(names.unit_id) as unit_id
from written
inner join model.unit_spellings as names
    on written.spelling = names.spelling
    and strftime(names.valid_from, '%Y-%m') <= written.month
    and strftime(names.valid_to, '%Y-%m') >= written.month
group by written.spelling, written.month
having count(distinct names.unit_id) = 1
