-- Months of the reports, without gaps: from the first that a tenth as many units reported as in
-- the fullest one, to the last that had ended when the newest upload came in.
-- grain: month
with recursive reported as (
    select month, count(distinct unit_id) as unit_count
    from model.reporting_received
    group by month
),
span as (
    select
        min(
            cast(substr(month, 1, 4) as integer) * 12 + cast(substr(month, 6, 2) as integer) - 1
        ) as first_position
    from reported
    where unit_count * 10 >= (select max(unit_count) from reported)
),
seen as (
    select
        max(uploaded_at) as as_of,
        cast(strftime(max(uploaded_at), '%Y') as integer) * 12
            + cast(strftime(max(uploaded_at), '%m') as integer) - 2 as last_position
    from staging.uploads
),
positions as (
    select span.first_position as position, seen.last_position, seen.as_of
    from span
    inner join seen on span.first_position <= seen.last_position
    union all
    select position + 1 as position, last_position, as_of
    from positions
    where position < last_position
)
select
    position,
    concat(
        cast(cast(floor(position / 12.0) as integer) as varchar),
        '-',
        lpad(cast(position % 12 + 1 as varchar), 2, '0')
    ) as month,
    concat(
        cast(cast(floor((position + 1) / 12.0) as integer) as varchar),
        '-',
        lpad(cast((position + 1) % 12 + 1 as varchar), 2, '0')
    ) as next_month,
    as_of
from positions
