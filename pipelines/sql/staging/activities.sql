-- Party-building activities as accepted: the latest accepted row of each grain. Places are
-- given to positions in files only, so that ranking does not carry the texts.
-- grain: record_id
-- record: record_id
with places as (
    select
        source.record_id,
        source._position,
        uploads.upload_id,
        uploads.upload_seq,
        row_number() over (
            partition by source.record_id
            order by uploads.upload_seq desc, source._position desc
        ) as place
    from accepted.activities as source
    inner join staging.uploads as uploads on source._upload_id = uploads.upload_id
)
select
    places.record_id,
    source.unit,
    source.activity_type,
    source.title,
    source.keywords,
    source.agenda,
    source.result,
    source.start_at,
    source.end_at,
    source.place,
    source.due_count,
    source.present_count,
    source.leave_count,
    source.leave_reason,
    source.form,
    source.origin,
    source.training_hours,
    source.recorded_at,
    source.secrecy,
    strftime(source.start_at, '%Y-%m') as month,
    source._row as source_row,
    source._sheet as source_sheet,
    places.upload_id,
    places.upload_seq
from accepted.activities as source
inner join places
    on source._upload_id = places.upload_id and source._position = places._position
where places.place = 1
