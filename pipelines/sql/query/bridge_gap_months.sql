-- Party organisations and months whose shares do not add up to one, from $first_month to
-- $last_month.
select
    gaps.party_unit_id,
    names.unit_name as party_name,
    min(gaps.month) as first_month,
    max(gaps.month) as last_month,
    count(*) as month_count,
    min(gaps.share_total) as least_total,
    max(gaps.share_total) as most_total
from model.bridge_gaps as gaps
inner join model.unit_labels as names
    on gaps.party_unit_id = names.unit_id
    and names.since <= cast($day as date)
    and cast($day as date) < names.next_on
where gaps.month between $first_month and $last_month
group by gaps.party_unit_id, names.unit_name
order by gaps.party_unit_id
