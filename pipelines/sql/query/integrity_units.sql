-- Organisations with findings.
select distinct units.unit_id, units.unit_name
from model.integrity_findings as found
inner join model.unit_labels as units
    on found.unit_id = units.unit_id
    and units.since <= cast($day as date)
    and cast($day as date) < units.next_on
order by units.unit_name, units.unit_id
