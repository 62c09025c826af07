-- How the roster may write a report that is due each month, its due day in the next month, and
-- from how many months in one file it is history.
-- grain: spelling
select
    source.dataset,
    source.spelling,
    source.due_day,
    source.backfill_months
from accepted.reporting_terms as source
