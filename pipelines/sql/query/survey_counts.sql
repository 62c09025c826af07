-- Every survey count with its source row; hidden groups are worked out from all of them together.
select
    counts.survey_id,
    counts.wave_on,
    counts.question_id,
    counts.option,
    counts.stratum,
    counts.n,
    counts.base_n,
    counts.issued_n,
    uploads.file_name,
    counts.source_sheet as sheet,
    counts.source_row,
    counts.upload_id
from staging.survey_counts as counts
inner join staging.uploads as uploads on counts.upload_id = uploads.upload_id
order by
    counts.survey_id, counts.wave_on, counts.question_id,
    counts.upload_seq, counts.source_sheet, counts.source_row
