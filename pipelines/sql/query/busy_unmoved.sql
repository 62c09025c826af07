-- Units below $floor in $month with at least the median of activities in three months.
with recent as (
    select
        unit_id,
        activity_count_3m,
        median(activity_count_3m) over () as median_activity_count_3m
    from mart.activity_recent
    where month = $month
)
select
    recent.unit_id,
    units.unit_name,
    recent.activity_count_3m,
    index.attainment_rate,
    recent.median_activity_count_3m
from recent
inner join mart.attainment_unit_month as index
    on recent.unit_id = index.unit_id and index.month = $month
inner join model.unit_labels as units
    on recent.unit_id = units.unit_id
    and units.since <= cast($day as date)
    and cast($day as date) < units.next_on
where index.attainment_rate < $floor
    and recent.activity_count_3m > recent.median_activity_count_3m
order by recent.activity_count_3m desc, recent.unit_id
