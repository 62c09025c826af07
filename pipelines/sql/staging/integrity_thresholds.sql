-- Thresholds of the integrity checks: a number, or one row for each word of a list.
-- grain: check_id, threshold, word
select
    source.check_id,
    source.threshold,
    source.number,
    source.word
from accepted.integrity_thresholds as source
