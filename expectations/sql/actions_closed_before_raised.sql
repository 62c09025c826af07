-- Items closed before the day of the activity that raised them.
select
    incoming._row,
    incoming._sheet,
    incoming.closed_on as value,
    incoming.source_id,
    cast(records.start_at as date) as raised_on
from incoming
inner join known.activities as records on incoming.source_id = records.record_id
where incoming.closed_on < cast(records.start_at as date)
