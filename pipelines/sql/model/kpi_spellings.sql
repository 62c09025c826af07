-- Every way a file may write a KPI; a spelling that means two KPIs means none.
-- grain: spelling
with listed as (
    select
        kpi_id,
        unnest(string_split(
            replace(replace(replace(aliases, ',', '、'), ';', '、'), '，', '、'), '、'
        )) as alias
    from model.kpis
    where aliases is not null
),
spelled as (
    select kpi_id as spelling, kpi_id from model.kpis
    union all
    select kpi_name as spelling, kpi_id from model.kpis
    union all
    select trim(alias) as spelling, kpi_id from listed
)
select spelling, min(kpi_id) as kpi_id
from spelled
where spelling is not null and spelling <> ''
group by spelling
having count(distinct kpi_id) = 1
