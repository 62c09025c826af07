-- Records of this file that another record, of the file or stored, repeats under another number.
with marks as (
    select distinct hash(unit, start_at, title) as mark from incoming
),
repeated as (
    select unit, start_at, title, min(record_id) as first_id, max(record_id) as last_id
    from known.activities
    where unit is not null
        and start_at is not null
        and title is not null
        and hash(unit, start_at, title) in (select mark from marks)
    group by unit, start_at, title
    having min(record_id) <> max(record_id)
)
select
    incoming._row,
    incoming._sheet,
    incoming.title as value,
    incoming.unit,
    incoming.start_at,
    case
        when incoming.record_id = repeated.first_id then repeated.last_id else repeated.first_id
    end as other_id
from incoming
inner join repeated
    on incoming.unit = repeated.unit
    and incoming.start_at = repeated.start_at
    and incoming.title = repeated.title
