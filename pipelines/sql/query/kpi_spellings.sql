-- Every way a KPI may be written, with its unit of measure: tells headers that name a KPI.
select
    names.spelling,
    kpis.unit_of_measure
from model.kpi_spellings as names
inner join model.kpis as kpis on names.kpi_id = kpis.kpi_id
order by names.spelling
