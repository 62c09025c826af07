-- Attainment index of a unit in a month: weighted mean of its KPI attainments, each limited to
-- 0–1.5; placebo KPIs do not count.
-- grain: unit_id, month
select
    unit_id,
    month,
    sum(weight * least(greatest(attainment_rate, 0.0), 1.5)) / sum(weight) as attainment_rate,
    count(*) as kpi_count,
    sum(case when attainment_rate >= 1 then 1 else 0 end) as met_kpi_count
from model.kpi_observations
where attainment_rate is not null and not is_placebo and weight > 0
group by unit_id, month
