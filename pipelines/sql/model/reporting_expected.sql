-- Which unit owes which report in a month it was there from the first day to the last: what the
-- roster says, or, where it says nothing, what the unit (before it began: its predecessor)
-- reported in this month or the five before.
-- grain: unit_id, dataset, month
with present as (
    select rows.unit_id, rows.tree, rows.valid_from, months.month, months.position
    from staging.units as rows
    inner join model.unit_spans as lives on rows.unit_id = lives.unit_id
    inner join model.reporting_months as months
        on strftime(lives.first_on, '%Y-%m-%d') <= concat(months.month, '-01')
        and strftime(lives.last_on + interval 1 day, '%Y-%m') > months.month
        and strftime(rows.valid_from, '%Y-%m-%d') <= concat(months.month, '-01')
    qualify row_number() over (
        partition by rows.unit_id, months.month order by rows.valid_from desc
    ) = 1
),
told as (select distinct unit_id, valid_from from model.reporting_duties),
received as (
    select received.dataset, received.unit_id, months.position
    from model.reporting_received as received
    inner join model.reporting_months as months on received.month = months.month
    union all
    select received.dataset, origins.unit_id, months.position
    from model.unit_predecessors as origins
    inner join model.reporting_received as received
        on origins.predecessor_id = received.unit_id
        and received.month < strftime(origins.since, '%Y-%m')
    inner join model.reporting_months as months on received.month = months.month
)
select present.unit_id, present.tree, duties.dataset, present.month, false as is_inferred
from present
inner join model.reporting_duties as duties
    on present.unit_id = duties.unit_id and present.valid_from = duties.valid_from
where duties.dataset is not null
group by present.unit_id, present.tree, duties.dataset, present.month
union all
select present.unit_id, present.tree, received.dataset, present.month, true as is_inferred
from present
inner join received
    on present.unit_id = received.unit_id
    and received.position between present.position - 5 and present.position
left join told on present.unit_id = told.unit_id and present.valid_from = told.valid_from
where told.unit_id is null
group by present.unit_id, present.tree, received.dataset, present.month
