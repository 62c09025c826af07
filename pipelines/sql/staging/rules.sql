-- Rules of organisation life that count meetings: each version with the kinds of unit it is for.
-- grain: rule_id, valid_from, unit_kind
select
    source.rule_id,
    source.version,
    source.label,
    source.subject,
    source.period,
    source.minimum,
    source.unit,
    source.normally,
    source.valid_from,
    source.valid_to,
    source.unit_kind
from accepted.rules as source
