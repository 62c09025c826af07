-- Rows that no view can show, by how the unit was written.
select rows.dataset, rows.reason, rows.unit_text, rows.row_count, uploads.file_name
from mart.unresolved as rows
inner join staging.uploads as uploads on rows.upload_id = uploads.upload_id
order by rows.dataset, rows.row_count desc, rows.unit_text
