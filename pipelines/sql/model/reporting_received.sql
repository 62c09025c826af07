-- When a unit's month of a report came in first, with which upload, and how many of the unit's
-- months came in first on that day. January and February in one figure are both in.
-- grain: dataset, unit_id, month
with resolved as (
    select
        receipts.dataset,
        owners.unit_id,
        receipts.month,
        receipts.months,
        receipts.upload_id,
        receipts.upload_seq,
        receipts.uploaded_at
    from staging.receipts as receipts
    inner join model.unit_months as owners
        on receipts.unit = owners.spelling and receipts.month = owners.month
),
brought as (
    select dataset, unit_id, month, upload_id, upload_seq, uploaded_at from resolved
    union all
    select
        dataset,
        unit_id,
        concat(substr(month, 1, 4), '-01') as month,
        upload_id,
        upload_seq,
        uploaded_at
    from resolved
    where months = 2 and substr(month, 6, 2) = '02'
),
firsts as (
    select dataset, unit_id, month, upload_id, uploaded_at as received_at
    from brought
    qualify row_number() over (partition by dataset, unit_id, month order by upload_seq) = 1
)
select
    dataset,
    unit_id,
    month,
    upload_id,
    received_at,
    count(*) over (
        partition by dataset, unit_id, cast(received_at as date)
    ) as new_month_count
from firsts
