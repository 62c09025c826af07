-- 从哪来 of the rows that no view can show: each of them, as mart/unresolved.sql counts them.
select
    'kpi_values' as dataset,
    'unit' as cause,
    figures.unit as unit_text,
    figures.month,
    figures.source_sheet as sheet,
    figures.source_row,
    figures.upload_id
from staging.kpi_values as figures
left join model.unit_months as owners
    on figures.unit = owners.spelling and figures.month = owners.month
where owners.unit_id is null
union all
select
    'activities' as dataset,
    case when held.unit_id is null then 'unit' else 'no_bridge' end as cause,
    held.unit_text,
    held.month,
    records.source_sheet as sheet,
    records.source_row,
    held.upload_id
from model.activity_records as held
inner join staging.activities as records on held.record_id = records.record_id
left join model.bridge_months as bridge
    on held.unit_id = bridge.party_unit_id and held.month = bridge.month
where held.unit_id is null or (held.tree = 'party' and bridge.admin_unit_id is null)
union all
select
    'kpi_values' as dataset,
    'unit_of_measure' as cause,
    units.unit_name as unit_text,
    figures.month,
    figures.source_sheet as sheet,
    figures.source_row,
    figures.upload_id
from model.kpi_figures as figures
inner join model.unit_labels as units
    on figures.unit_id = units.unit_id
    and units.since <= last_day(cast(figures.month || '-01' as date))
    and last_day(cast(figures.month || '-01' as date)) < units.next_on
where figures.problem = 'unit_of_measure'
order by dataset, cause, unit_text, month, source_row
