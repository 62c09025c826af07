-- Which unit a written name means in a month; a name that means two units then means none.
-- grain: spelling, month
with written as (
    select distinct unit as spelling, month from staging.kpi_values
    union
    select distinct unit as spelling, month from staging.activities
)
select written.spelling, written.month, min(names.unit_id) as unit_id
from written
inner join model.unit_spellings as names
    on written.spelling = names.spelling
    and strftime(names.valid_from, '%Y-%m') <= written.month
    and strftime(names.valid_to, '%Y-%m') >= written.month
group by written.spelling, written.month
having count(distinct names.unit_id) = 1
