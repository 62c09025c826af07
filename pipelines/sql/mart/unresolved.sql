-- Rows that no view can show: the unit is not in the roster, or not by that name at that date, the
-- party organisation has no 组织对照 then, or a figure is in a unit of measure that the KPI's cannot
-- be made from.
-- grain: dataset, reason, unit_text, upload_id
with nowhere as (
    select 'kpi_values' as dataset, figures.unit as unit_text, figures.month, figures.upload_id,
        count(*) as row_count
    from staging.kpi_values as figures
    left join model.unit_months as owners
        on figures.unit = owners.spelling and figures.month = owners.month
    where owners.unit_id is null
    group by figures.unit, figures.month, figures.upload_id
    union all
    select 'activities' as dataset, records.unit_text, records.month, records.upload_id,
        count(*) as row_count
    from model.activity_records as records
    where records.unit_id is null
    group by records.unit_text, records.month, records.upload_id
),
explained as (
    select
        nowhere.dataset,
        nowhere.unit_text,
        nowhere.upload_id,
        nowhere.row_count,
        case
            when count(names.spelling) > 0 and not bool_or(
                nowhere.month between strftime(names.valid_from, '%Y-%m')
                and strftime(names.valid_to, '%Y-%m')
            ) then 'not_valid_then'
            else 'unknown_unit'
        end as reason
    from nowhere
    left join model.unit_spellings as names on nowhere.unit_text = names.spelling
    group by
        nowhere.dataset, nowhere.unit_text, nowhere.month, nowhere.upload_id, nowhere.row_count
)
select dataset, reason, unit_text, upload_id, cast(sum(row_count) as bigint) as row_count
from explained
group by dataset, reason, unit_text, upload_id
union all
select
    'kpi_values' as dataset,
    'unit_of_measure' as reason,
    names.unit_name as unit_text,
    figures.upload_id,
    count(*) as row_count
from model.kpi_figures as figures
inner join model.unit_labels as names
    on figures.unit_id = names.unit_id
    and names.since <= last_day(cast(figures.month || '-01' as date))
    and last_day(cast(figures.month || '-01' as date)) < names.next_on
where figures.problem = 'unit_of_measure'
group by names.unit_name, figures.upload_id
union all
select
    'activities' as dataset,
    'no_bridge' as reason,
    records.unit_text,
    records.upload_id,
    count(*) as row_count
from model.activity_records as records
left join model.bridge_months as bridge
    on records.unit_id = bridge.party_unit_id and records.month = bridge.month
where records.tree = 'party' and bridge.admin_unit_id is null
group by records.unit_text, records.upload_id
