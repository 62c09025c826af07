-- Uploads that count: the file, its hash, and the post that submitted it and when.
select upload_id, file_name, sha256, uploaded_by, uploaded_at
from staging.uploads
order by upload_seq
