-- 套开: a party meeting and an administrative meeting of a unit that it reaches, at one place,
-- overlapping in time, over midnight too. Where an end is not given the starts must be equal; a
-- date without an hour is not compared.
-- grain: record_id
-- record: record_id
with reached as (
    select party_unit_id as unit_id, month, admin_unit_id from model.bridge_months
    union
    select unit_id, month, unit_id as admin_unit_id
    from model.activity_records
    where tree = 'admin'
),
limits as (
    select
        max(case when threshold = 'minutes' then number end) as minutes,
        max(case when threshold = 'people' then number end) as people
    from staging.integrity_thresholds
    where check_id = 'merged_meeting'
),
dated as (
    select record_id, start_at, end_at, place, present_count, cast(start_at as date) as day
    from staging.activities
    union all
    select record_id, start_at, end_at, place, present_count, cast(end_at as date) as day
    from staging.activities
    where cast(end_at as date) > cast(start_at as date)
),
beside as (
    select
        records.record_id,
        held.record_id as other_record_id,
        held.place,
        case
            when records.end_at is not null and held.end_at is not null
                then datediff(
                    'minute',
                    greatest(records.start_at, held.start_at),
                    least(records.end_at, held.end_at)
                )
            when records.start_at = held.start_at then limits.minutes
        end as minutes,
        limits.minutes as least_minutes
    from dated as records
    inner join model.activity_records as placed on records.record_id = placed.record_id
    inner join reached on placed.unit_id = reached.unit_id and placed.month = reached.month
    inner join model.integrity_meetings as held
        on reached.admin_unit_id = held.unit_id
        and records.day = held.day
        and trim(records.place) = held.place
    cross join limits
    where records.present_count >= limits.people
        and strftime(records.start_at, '%H:%M') <> '00:00'
        and held.place <> ''
)
select
    record_id,
    other_record_id,
    concat(
        '与行政会议 ', other_record_id, ' 同在“', substr(place, 1, 20), '”，时间重叠 ',
        cast(cast(minutes as integer) as varchar), ' 分钟'
    ) as detail
from beside
where minutes >= least_minutes
qualify row_number() over (
    partition by record_id order by minutes desc, other_record_id
) = 1
