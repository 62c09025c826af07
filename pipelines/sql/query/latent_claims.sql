-- The latent ledger by due date, with the file that each claim came in.
select
    claims.claim_id,
    claims.unit_id,
    coalesce(units.unit_name, claims.unit_text) as unit_name,
    claims.mechanism,
    claims.kpi_id,
    coalesce(kpis.kpi_name, claims.kpi_text) as kpi_name,
    kpis.unit_of_measure,
    kpis.direction,
    claims.expected_change,
    claims.window_start,
    claims.window_end,
    claims.due_on,
    claims.owner_post,
    claims.note,
    uploads.file_name,
    claims.source_row,
    claims.upload_id,
    uploads.uploaded_by,
    uploads.uploaded_at
from model.latent_claims as claims
left join model.unit_labels as units
    on claims.unit_id = units.unit_id
    and units.since <= cast($day as date)
    and cast($day as date) < units.next_on
left join model.kpis as kpis on claims.kpi_id = kpis.kpi_id
left join staging.uploads as uploads on claims.upload_id = uploads.upload_id
order by claims.due_on, claims.claim_id
