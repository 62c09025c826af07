-- Months from which the extent of a unit that goes on is another, of all units.
select unit_id, month from model.unit_breaks order by unit_id, month
