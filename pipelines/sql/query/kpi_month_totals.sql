-- KPI totals of $month beside those of $previous_month.
select
    now.kpi_id,
    now.kpi_name,
    now.unit_of_measure,
    terms.direction,
    terms.band_low,
    terms.band_high,
    terms.aggregation,
    kpis.category,
    kpis.tier,
    now.actual,
    now.target,
    now.attainment_rate,
    before.actual as previous_actual,
    before.attainment_rate as previous_attainment_rate,
    now.unit_count,
    now.met_unit_count
from mart.kpi_month as now
left join mart.kpi_month as before
    on now.kpi_id = before.kpi_id and before.month = $previous_month
left join model.kpis as kpis on now.kpi_id = kpis.kpi_id
left join model.kpi_versions as terms
    on now.kpi_id = terms.kpi_id
    and now.month >= terms.first_month
    and now.month < terms.before_month
where now.month = $month
order by now.kpi_id
