-- Decisions of people on links as they count now; keyword or record_id is empty.
-- grain: record_id, keyword, target_kind, target_id
select
    source.record_id,
    source.keyword,
    source.target_kind,
    source.target_id,
    source.state,
    source.reason
from accepted.link_decisions as source
