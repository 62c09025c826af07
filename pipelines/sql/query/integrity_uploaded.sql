-- Findings in the rows of one upload, by sheet and row, with whether the unit has said something.
select
    source_sheet,
    source_row,
    check_id,
    explanation is not null as is_explained
from model.integrity_findings
where upload_id = $upload_id and source_row is not null
order by source_row, check_id
