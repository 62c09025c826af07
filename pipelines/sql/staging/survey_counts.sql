-- Survey counts as accepted: the latest accepted row of each grain.
-- grain: survey_id, question_id, option, stratum, wave_on
select
    source.survey_id,
    source.question_id,
    source.option,
    source.stratum,
    source.n,
    source.base_n,
    source.issued_n,
    source.wave_on,
    source._row as source_row,
    source._sheet as source_sheet,
    uploads.upload_id,
    uploads.upload_seq
from accepted.survey_counts as source
inner join staging.uploads as uploads on source._upload_id = uploads.upload_id
qualify row_number() over (
    partition by source.survey_id, source.question_id, source.option, source.stratum, source.wave_on
    order by uploads.upload_seq desc, source._position desc
) = 1
