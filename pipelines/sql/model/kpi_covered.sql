-- Figures left out of the organisation's totals: a unit below reports the same KPI in the same
-- month, and the same work would count twice.
-- grain: unit_id, kpi_id, month
select distinct ancestors.ancestor_id as unit_id, figures.kpi_id, figures.month
from model.kpi_observations as figures
inner join model.unit_ancestors as ancestors on figures.unit_id = ancestors.unit_id
