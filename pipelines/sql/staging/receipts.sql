-- Units and months of the monthly reports in every upload that counts, corrected rows included.
-- grain: dataset, unit, month, months, upload_id
select
    source.dataset,
    source.unit,
    source.month,
    source.months,
    uploads.upload_id,
    uploads.upload_seq,
    uploads.uploaded_at
from accepted.receipts as source
inner join staging.uploads as uploads on source.upload_id = uploads.upload_id
where source.unit is not null and source.month is not null
