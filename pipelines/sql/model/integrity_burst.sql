-- 突击: activities in the days before an inspection or at a month's end, where an organisation
-- held far more of them than its own median month makes likely. A spread of k means more than
-- the usual number and k times its square root.
-- grain: record_id
-- record among others: record_id
with limits as (
    select
        max(case when threshold = 'spread' then number end) as spread,
        max(case when threshold = 'least' then number end) as least_count
    from staging.integrity_thresholds
    where check_id = 'burst'
),
counted as (
    select
        windows.unit_id,
        windows.window_id,
        windows.label,
        windows.days,
        usual.median_count * windows.days / 30.0 as usual_count,
        sum(held.activity_count) as activity_count
    from model.integrity_windows as windows
    inner join model.integrity_usual as usual on windows.unit_id = usual.unit_id
    inner join model.integrity_days as held
        on windows.unit_id = held.unit_id
        and held.day between windows.first_day and windows.last_day
    group by
        windows.unit_id, windows.window_id, windows.label, windows.days, usual.median_count
),
bursts as (
    select counted.*
    from counted
    cross join limits
    where counted.activity_count >= limits.least_count
        and counted.activity_count
        > counted.usual_count + limits.spread * sqrt(counted.usual_count)
)
select
    placed.record_id,
    concat(
        bursts.label, ' ', cast(cast(bursts.days as integer) as varchar), ' 天内举办 ',
        cast(bursts.activity_count as varchar), ' 次，按本组织月份中位数折算平时约 ',
        cast(round(bursts.usual_count, 1) as varchar), ' 次'
    ) as detail
from bursts
inner join model.integrity_windows as windows
    on bursts.unit_id = windows.unit_id and bursts.window_id = windows.window_id
inner join model.activity_records as placed on bursts.unit_id = placed.unit_id
inner join staging.activities as records
    on placed.record_id = records.record_id
    and cast(records.start_at as date) between windows.first_day and windows.last_day
qualify row_number() over (
    partition by placed.record_id
    order by bursts.activity_count - bursts.usual_count desc, bursts.window_id
) = 1
