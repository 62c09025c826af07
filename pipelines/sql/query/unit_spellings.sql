-- Every way a unit may be written, to ask about unknown names.
select distinct spelling from model.unit_spellings order by spelling
