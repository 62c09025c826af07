-- Claims of one unit on one KPI in overlapping windows: one change would prove both.
select
    incoming._row,
    incoming._sheet,
    incoming.verifying_kpi as value,
    incoming.unit,
    min(others.claim_id) as other_id
from incoming
inner join known.latent_claims as others
    on incoming.unit = others.unit
    and incoming.verifying_kpi = others.verifying_kpi
    and incoming.claim_id <> others.claim_id
    and incoming.window_start <= others.window_end
    and others.window_start <= incoming.window_end
group by incoming._row, incoming._sheet, incoming.verifying_kpi, incoming.unit
