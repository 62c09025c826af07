-- Organisations with findings.
select distinct units.unit_id, units.unit_name
from model.integrity_findings as found
inner join model.units as units on found.unit_id = units.unit_id
order by units.unit_name, units.unit_id
