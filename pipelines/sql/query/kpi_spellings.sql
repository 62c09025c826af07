-- Every way a KPI may be written, to ask about unknown names.
select spelling from model.kpi_spellings order by spelling
