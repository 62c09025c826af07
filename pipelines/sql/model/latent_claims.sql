-- Latent claims with their unit and verifying KPI resolved; blank when a name means none or two.
-- grain: claim_id
with dated as (
    select claims.claim_id, min(names.unit_id) as unit_id
    from staging.latent_claims as claims
    inner join model.unit_spellings as names
        on claims.unit = names.spelling
        and strftime(names.valid_from, '%Y-%m') <= claims.window_start
        and strftime(names.valid_to, '%Y-%m') >= claims.window_start
    group by claims.claim_id
    having count(distinct names.unit_id) = 1
)
select
    claims.claim_id,
    coalesce(dated.unit_id, undated.unit_id) as unit_id,
    claims.unit as unit_text,
    claims.mechanism,
    kpis.kpi_id,
    claims.verifying_kpi as kpi_text,
    claims.expected_change,
    claims.window_start,
    claims.window_end,
    claims.due_on,
    claims.owner_post,
    claims.note,
    claims.upload_id,
    claims.source_sheet,
    claims.source_row
from staging.latent_claims as claims
left join dated on claims.claim_id = dated.claim_id
left join model.unit_names as undated on claims.unit = undated.spelling
left join model.kpi_spellings as kpis on claims.verifying_kpi = kpis.spelling
