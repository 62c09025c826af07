-- What is usual for a unit and KPI: median and spread of what is stored, and of what will be.
select
    unit_key,
    kpi_key,
    months,
    count(*) filter (where part = 'stored') as stored_count,
    median(amount) filter (where part = 'stored') as stored_typical,
    mad(amount) filter (where part = 'stored') as stored_spread,
    count(*) filter (where part <> 'stored') as all_count,
    median(amount) filter (where part <> 'stored') as all_typical,
    mad(amount) filter (where part <> 'stored') as all_spread
from figures
where amount is not null
group by unit_key, kpi_key, months
