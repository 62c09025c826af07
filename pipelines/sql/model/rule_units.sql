-- Organisations that were there from the first to the last day of a period, with their kind then.
-- A kind left blank is a branch where nothing stands below it.
-- grain: unit_id, period
with parents as (select distinct parent_id from staging.units where parent_id is not null)
select
    rows.unit_id,
    periods.period,
    coalesce(
        nullif(trim(rows.unit_kind), ''),
        case when parents.parent_id is null then '党支部' end
    ) as unit_kind
from staging.units as rows
inner join model.unit_spans as lives on rows.unit_id = lives.unit_id
inner join model.rule_periods as periods
    on strftime(lives.first_on, '%Y-%m-%d') <= concat(periods.start_month, '-01')
    and strftime(lives.last_on + interval 1 day, '%Y-%m') > periods.end_month
    and strftime(rows.valid_from, '%Y-%m') <= periods.seen_month
left join parents on rows.unit_id = parents.parent_id
where rows.tree = 'party'
qualify row_number() over (
    partition by rows.unit_id, periods.period order by rows.valid_from desc
) = 1
