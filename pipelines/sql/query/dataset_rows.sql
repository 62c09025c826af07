-- Whether anything is in force of the datasets that the pages stand on.
select 'units' as dataset, count(*) as row_count from staging.units
union all select 'kpi_definitions', count(*) from staging.kpi_definitions
union all select 'kpi_values', count(*) from staging.kpi_values
union all select 'unit_bridge', count(*) from staging.unit_bridge
union all select 'activities', count(*) from staging.activities
union all select 'actions', count(*) from staging.actions
union all select 'key_tasks', count(*) from staging.key_tasks
