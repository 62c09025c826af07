-- Activities where they stand, with whether a check found something in them and whether the unit
-- has stated something beside every finding.
-- grain: row_key, tree, unit_id
-- record: row_key
select
    facts.unit_id,
    facts.tree,
    facts.month,
    facts.weight,
    facts.dataset,
    facts.row_key,
    facts.upload_id,
    facts.source_sheet,
    facts.source_row,
    case when found.record_id is null then 0 else 1 end as has_finding,
    case when found.finding_count = found.explained_count then 1 else 0 end as is_explained
from model.activity_facts as facts
left join model.integrity_doubts as found on facts.record_id = found.record_id
