-- Figures left out of the organisation's totals: a unit that stood below in that month reports the
-- same KPI in it, and the same work would count twice.
-- grain: unit_id, kpi_id, month
select distinct tree.ancestor_id as unit_id, figures.kpi_id, figures.month
from model.kpi_observations as figures
inner join model.unit_tree_months as tree
    on figures.unit_id = tree.unit_id and figures.month = tree.month
where tree.distance between 1 and 98
