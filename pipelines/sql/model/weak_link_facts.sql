-- KPI figures with the linked activities (confirmed or suggested) that reached the unit in the
-- month and the two before, and attainment three months before. An activity addresses the KPI
-- itself, or a key task or carrier that is there for it.
-- grain: tree, unit_id, month, kpi_id
with serving as (
    select 'key_task' as target_kind, tasks.task_id as target_id, names.kpi_id
    from staging.key_tasks as tasks
    inner join model.kpi_spellings as names on tasks.kpi = names.spelling
    union all
    select 'carrier' as target_kind, carriers.carrier_id as target_id, names.kpi_id
    from staging.carriers as carriers
    inner join model.kpi_spellings as names on carriers.kpi = names.spelling
    union all
    select 'kpi' as target_kind, kpi_id as target_id, kpi_id
    from model.kpis
),
addressing as (
    select distinct links.record_id, serving.kpi_id
    from model.activity_links as links
    inner join serving
        on links.target_kind = serving.target_kind and links.target_id = serving.target_id
    where links.state in ('confirmed', 'suggested')
),
monthly as (
    select
        held.tree,
        held.unit_id,
        addressing.kpi_id,
        cast(substr(held.month, 1, 4) as integer) * 12 + cast(substr(held.month, 6, 2) as integer)
            as position,
        count(*) as linked_count
    from addressing
    inner join model.activity_facts as held on addressing.record_id = held.record_id
    group by held.tree, held.unit_id, addressing.kpi_id, held.month
),
figures as (
    select
        observed.*,
        units.tree,
        cast(substr(observed.month, 1, 4) as integer) * 12
            + cast(substr(observed.month, 6, 2) as integer) as position
    from model.kpi_observations as observed
    inner join model.units as units on observed.unit_id = units.unit_id
    where observed.attainment_rate is not null and not observed.is_placebo
),
counted as (
    select
        figures.unit_id,
        figures.month,
        figures.kpi_id,
        sum(monthly.linked_count) as linked_count_3m
    from figures
    inner join monthly
        on figures.tree = monthly.tree
        and figures.unit_id = monthly.unit_id
        and figures.kpi_id = monthly.kpi_id
        and monthly.position between figures.position - 2 and figures.position
    group by figures.unit_id, figures.month, figures.kpi_id
)
select
    figures.unit_id,
    figures.tree,
    figures.month,
    1.0 as weight,
    'kpi_values' as dataset,
    concat(figures.unit_id, '|', figures.month, '|', figures.kpi_id) as row_key,
    figures.upload_id,
    figures.source_sheet,
    figures.source_row,
    figures.kpi_id,
    figures.kpi_name,
    figures.attainment_rate,
    round(figures.attainment_rate - earlier.attainment_rate, 12) as attainment_change_3m,
    cast(coalesce(counted.linked_count_3m, 0) as bigint) as linked_count_3m
from figures
left join counted
    on figures.unit_id = counted.unit_id
    and figures.month = counted.month
    and figures.kpi_id = counted.kpi_id
left join figures as earlier
    on figures.unit_id = earlier.unit_id
    and figures.kpi_id = earlier.kpi_id
    and figures.position - 3 = earlier.position
