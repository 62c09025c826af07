-- Sets of steps in force: the organisation's own, or those that come with the product.
-- grain: step_set, position
select source.step_set, source.position, source.step, source.is_local
from accepted.step_sets as source
