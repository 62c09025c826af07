-- Every way a file may write a KPI: as it is named now, else as it was; a spelling that means two
-- KPIs means none.
-- grain: spelling
with listed as (
    select
        rows.kpi_id,
        rows.name,
        rows.valid_from = kpis.valid_from as is_now,
        unnest(string_split(
            replace(replace(replace(
                coalesce(rows.aliases, ''), ',', '、'), ';', '、'), '，', '、'), '、'
        )) as alias
    from staging.kpi_definitions as rows
    inner join model.kpis as kpis on rows.kpi_id = kpis.kpi_id
),
spelled as (
    select kpi_id as spelling, kpi_id, true as is_now from listed
    union all
    select name as spelling, kpi_id, is_now from listed
    union all
    select trim(alias) as spelling, kpi_id, is_now from listed
),
ranked as (
    select
        spelling,
        kpi_id,
        is_now = max(is_now) over (partition by spelling) as is_meant
    from spelled
    where spelling is not null and spelling <> ''
)
select spelling, min(kpi_id) as kpi_id
from ranked
where is_meant
group by spelling
having count(distinct kpi_id) = 1
