-- What this build holds, in one row.
-- grain: unit_count
select
    (select count(*) from staging.uploads) as upload_count,
    (select min(month) from model.kpi_observations) as first_month,
    (select max(month) from model.kpi_observations) as last_month,
    (select count(distinct unit_id) from model.kpi_observations) as unit_count,
    (select count(*) from model.kpi_observations) as kpi_row_count,
    (select count(*) from model.kpi_observations where is_differenced) as differenced_kpi_row_count,
    (select count(*) from model.kpi_periods) as kpi_period_row_count,
    (select count(*) from model.kpi_figures where is_converted) as converted_kpi_row_count,
    (select count(*) from model.activity_records) as activity_row_count
