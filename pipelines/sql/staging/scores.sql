-- Scores as accepted: the latest accepted row of each grain.
-- grain: unit, month, side, item, evaluator
select
    source.unit,
    source.month,
    source.side,
    source.item,
    source.score,
    source.full_score,
    source.evaluator,
    source.tier,
    source._row as source_row,
    source._sheet as source_sheet,
    uploads.upload_id,
    uploads.upload_seq
from accepted.scores as source
inner join staging.uploads as uploads on source._upload_id = uploads.upload_id
qualify row_number() over (
    partition by source.unit, source.month, source.side, source.item, source.evaluator
    order by uploads.upload_seq desc, source._position desc
) = 1
