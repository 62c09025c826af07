-- Every carrier with each administrative unit it reaches (a party organisation's through 组织对照
-- of the start month), its KPI and its source row; problem: why it cannot be compared.
with dated as (
    select carriers.carrier_id, min(names.unit_id) as unit_id
    from staging.carriers as carriers
    inner join model.unit_spellings as names
        on carriers.unit = names.spelling
        and strftime(names.valid_from, '%Y-%m') <= strftime(carriers.start_on, '%Y-%m')
        and strftime(names.valid_to, '%Y-%m') >= strftime(carriers.start_on, '%Y-%m')
    group by carriers.carrier_id
    having count(distinct names.unit_id) = 1
),
placed as (
    select
        carriers.*,
        strftime(carriers.start_on, '%Y-%m') as start_month,
        owners.unit_id,
        owners.tree,
        kpis.kpi_id,
        kpis.kpi_name
    from staging.carriers as carriers
    left join dated on carriers.carrier_id = dated.carrier_id
    left join model.unit_names as undated on carriers.unit = undated.spelling
    left join model.units as owners on coalesce(dated.unit_id, undated.unit_id) = owners.unit_id
    left join model.kpi_spellings as spelled on carriers.kpi = spelled.spelling
    left join model.kpis as kpis on spelled.kpi_id = kpis.kpi_id
),
reached as (
    select carrier_id, unit_id as admin_unit_id from placed where tree = 'admin'
    union
    select placed.carrier_id, bridge.admin_unit_id
    from placed
    inner join staging.unit_bridge as bridge
        on placed.unit_id = bridge.party_unit_id
        and strftime(bridge.valid_from, '%Y-%m') <= placed.start_month
        and strftime(coalesce(bridge.valid_to, date '9999-12-31'), '%Y-%m') >= placed.start_month
    where placed.tree = 'party'
)
select
    placed.carrier_id,
    placed.kind,
    placed.name,
    placed.trigger,
    placed.kpi as kpi_text,
    placed.kpi_id,
    placed.kpi_name,
    placed.unit as unit_text,
    admins.unit_id as admin_unit_id,
    admins.unit_name as admin_unit_name,
    placed.start_on,
    placed.start_month,
    case
        when placed.kpi is null then 'no_kpi'
        when placed.kpi_id is null then 'unknown_kpi'
        when placed.start_on is null then 'no_start'
        when placed.unit_id is null then 'unknown_unit'
        when admins.unit_id is null then 'no_bridge'
    end as problem,
    uploads.file_name,
    placed.source_sheet as sheet,
    placed.source_row,
    placed.upload_id,
    uploads.uploaded_by,
    uploads.uploaded_at
from placed
inner join staging.uploads as uploads on placed.upload_id = uploads.upload_id
left join reached on placed.carrier_id = reached.carrier_id
left join model.unit_labels as admins
    on reached.admin_unit_id = admins.unit_id
    and admins.since <= cast($day as date)
    and cast($day as date) < admins.next_on
order by placed.kind, placed.name, placed.start_on, placed.carrier_id, admins.unit_id
