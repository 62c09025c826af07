-- What units stated beside findings and rules; the newest of each subject, as offered.
-- grain: subject
select
    source.subject,
    source.unit_id,
    source.text
from accepted.explanations as source
