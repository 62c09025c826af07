-- Party organisations whose shares do not add up to one in $month, with every administrative unit
-- that has a share then (is_counted) or had one until a day after which they never did again: it is
-- gone, or its row ended. since: the first day without that share.
with gaps as (select * from model.bridge_gaps where month = $month),
rows as (
    select
        bridge.party_unit_id,
        bridge.admin_unit_id,
        bridge.share,
        bridge.valid_from,
        coalesce(bridge.valid_to, date '2999-12-30') as row_until,
        least(bridge.valid_to, spans.last_on) as last_on,
        spans.last_on < coalesce(bridge.valid_to, date '2999-12-30') as is_gone
    from staging.unit_bridge as bridge
    inner join gaps on bridge.party_unit_id = gaps.party_unit_id
    inner join model.unit_spans as spans on bridge.admin_unit_id = spans.unit_id
    where bridge.valid_from <= cast($day as date)
),
changes as (
    select party_unit_id, valid_from as day from rows
    union
    select party_unit_id, last_on + 1 as day from rows where last_on < cast($day as date)
),
shared as (
    select
        changes.party_unit_id,
        changes.day,
        coalesce(
            rows.share, 1.0 / count(*) over (partition by changes.party_unit_id, changes.day)
        ) as share,
        changes.day <= rows.last_on as is_counted
    from changes
    inner join rows
        on changes.party_unit_id = rows.party_unit_id
        and rows.valid_from <= changes.day
        and changes.day <= rows.row_until
),
whole as (
    select party_unit_id, max(day) as day
    from (
        select party_unit_id, day from shared
        group by party_unit_id, day
        having abs(sum(case when is_counted then share else 0 end) - 1) <= 0.0101
    )
    group by party_unit_id
),
lost as (
    select
        rows.party_unit_id,
        rows.admin_unit_id,
        max_by(rows.share, rows.last_on) as share,
        max(rows.last_on) + 1 as since,
        bool_or(rows.is_gone) as is_gone
    from rows
    inner join gaps on rows.party_unit_id = gaps.party_unit_id and gaps.share_total < 1
    left join whole on rows.party_unit_id = whole.party_unit_id
    where rows.last_on < cast($day as date)
        and (whole.day is null or rows.last_on >= whole.day)
    group by rows.party_unit_id, rows.admin_unit_id
),
named as (
    select party_unit_id, admin_unit_id, share, null as since, false as is_gone, true as is_counted
    from model.bridge_months
    where month = $month
    union all
    select lost.*, false as is_counted
    from lost
    left join model.bridge_months as standing
        on lost.party_unit_id = standing.party_unit_id
        and lost.admin_unit_id = standing.admin_unit_id
        and standing.month = $month
    where standing.party_unit_id is null
)
select
    gaps.party_unit_id,
    parties.unit_name as party_name,
    gaps.share_total,
    held.activity_count,
    named.admin_unit_id,
    coalesce(admins.unit_name, named.admin_unit_id) as admin_name,
    named.share,
    named.since,
    coalesce(named.is_gone, false) as is_gone,
    coalesce(named.is_counted, false) as is_counted
from gaps
inner join model.unit_labels as parties
    on gaps.party_unit_id = parties.unit_id
    and parties.since <= cast($day as date)
    and cast($day as date) < parties.next_on
inner join (
    select unit_id, month, sum(activity_count) as activity_count
    from model.activity_org_month
    group by unit_id, month
) as held
    on gaps.party_unit_id = held.unit_id and gaps.month = held.month
left join named on gaps.party_unit_id = named.party_unit_id
left join model.unit_labels as admins
    on named.admin_unit_id = admins.unit_id
    and admins.since <= cast($day as date)
    and cast($day as date) < admins.next_on
order by gaps.party_unit_id, named.is_counted desc, named.admin_unit_id
