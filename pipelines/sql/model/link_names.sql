-- Key tasks and carriers that any activity could be linked to, by the names they are found by.
-- grain: target_kind, target_id, target_name
select distinct target_kind, target_id, target_name
from model.link_candidates
