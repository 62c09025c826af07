-- Scores of $month with the file and row they came from; rows of unknown units are left out.
select
    owners.unit_id,
    units.unit_name,
    scores.month,
    scores.side,
    scores.item,
    scores.evaluator,
    scores.score,
    scores.full_score,
    scores.tier,
    uploads.file_name,
    scores.source_sheet as sheet,
    scores.source_row,
    scores.upload_id,
    uploads.uploaded_by,
    uploads.uploaded_at
from staging.scores as scores
inner join model.unit_months as owners
    on scores.unit = owners.spelling and scores.month = owners.month
inner join model.unit_labels as units
    on owners.unit_id = units.unit_id
    and units.since <= cast($day as date)
    and cast($day as date) < units.next_on
inner join staging.uploads as uploads on scores.upload_id = uploads.upload_id
where scores.month = $month
order by units.unit_name, owners.unit_id, scores.side, scores.item, scores.evaluator
