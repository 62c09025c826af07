-- Months with 一表双考 scores, newest first.
select month, count(*) as score_count
from staging.scores
group by month
order by month desc
