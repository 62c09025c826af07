-- Stretches of days in which an organisation may hold activities for the trace: before an
-- inspection that concerns it (of all units, of a unit above it, or of a unit above those that
-- it reaches), and the last days of every month.
-- grain: unit_id, window_id
with limits as (
    select
        max(case when threshold = 'days_before' then number end) as days_before,
        max(case when threshold = 'days_at_end' then number end) as days_at_end
    from staging.integrity_thresholds
    where check_id = 'burst'
),
inspections as (
    select
        events.event_id,
        substr(events.label, 1, 20) as label,
        strftime(events.start_on, '%Y-%m') as month,
        strftime(
            cast(events.start_on as date) - cast(limits.days_before as integer), '%Y-%m'
        ) as month_before,
        cast(events.start_on as date) as start_on,
        case when events.unit is null then '*' else names.unit_id end as unit_id
    from staging.events as events
    cross join limits
    left join model.unit_names as names on events.unit = names.spelling
    where events.kind = '迎检'
),
holding as (
    select distinct unit_id from model.activity_records where unit_id is not null
),
standing as (
    select holding.unit_id, tree.month, tree.ancestor_id
    from holding
    inner join model.unit_tree_months as tree on holding.unit_id = tree.unit_id
    union
    select bridge.party_unit_id as unit_id, bridge.month, tree.ancestor_id
    from model.bridge_months as bridge
    inner join model.unit_tree_months as tree
        on bridge.admin_unit_id = tree.unit_id and bridge.month = tree.month
),
calendar as (
    select month, last_day(cast(concat(month, '-01') as date)) as last_day from model.months
)
select distinct
    standing.unit_id,
    concat('inspection:', inspections.event_id) as window_id,
    concat('“', inspections.label, '”前') as label,
    limits.days_before as days,
    cast(inspections.start_on - cast(limits.days_before as integer) as date) as first_day,
    cast(inspections.start_on - 1 as date) as last_day
from inspections
inner join standing
    on inspections.unit_id = standing.ancestor_id
    and standing.month in (inspections.month, inspections.month_before)
cross join limits
union all
select
    holding.unit_id,
    concat('month:', calendar.month) as window_id,
    concat(calendar.month, ' 月末') as label,
    limits.days_at_end as days,
    cast(calendar.last_day - cast(limits.days_at_end - 1 as integer) as date) as first_day,
    calendar.last_day
from holding
cross join calendar
cross join limits
