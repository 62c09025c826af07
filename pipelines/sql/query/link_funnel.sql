-- Stations of the fusion chain in $month and the month before, each activity of a unit
-- of the roster once; follow-up items count only where they name the activity as their source.
-- keyword_confirmed_count: those confirmed by nothing but a decision for a keyword.
select
    month,
    activity_count,
    confirmed_count,
    suggested_count,
    keyword_confirmed_count,
    followed_count,
    confirmed_followed_count
from mart.link_months
where month in ($month, $previous_month)
order by month
