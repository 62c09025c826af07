-- Uploads that count, in the order they were accepted.
-- grain: upload_id
select
    source.upload_id,
    source.upload_seq,
    source.dataset,
    source.file_name,
    source.sha256,
    source.uploaded_by,
    source.uploaded_at
from accepted.uploads as source
