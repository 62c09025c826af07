-- KPI figures of $month below $floor with the activities that reached the unit in three months.
select
    figures.unit_id,
    units.unit_name,
    figures.kpi_id,
    figures.kpi_name,
    figures.attainment_rate,
    recent.activity_count_3m
from mart.kpi_unit_month as figures
inner join model.unit_labels as units
    on figures.unit_id = units.unit_id
    and units.since <= cast($day as date)
    and cast($day as date) < units.next_on
inner join mart.activity_recent as recent
    on figures.unit_id = recent.unit_id and figures.month = recent.month
where figures.month = $month and figures.attainment_rate < $floor and not figures.is_placebo
order by figures.attainment_rate, figures.unit_id, figures.kpi_id
