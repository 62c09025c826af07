-- Training hours that a member is due in a year, by the rules in force and the days they hold.
-- grain: valid_from
select source.hours_a_year, source.valid_from, source.valid_to
from accepted.training_norms as source
