-- Figures by unit and month of the KPIs that verify latent claims.
select unit_id, kpi_id, month, actual, direction
from mart.kpi_unit_month
where actual is not null and kpi_id in (select kpi_id from model.latent_claims)
order by unit_id, kpi_id, month
