-- What the open build holds and what it could not place.
select
    info.build_id,
    info.built_at,
    totals.*,
    (select coalesce(sum(row_count), 0) from mart.unresolved
        where dataset = 'kpi_values' and reason = 'unknown_unit') as unresolved_kpi_row_count,
    (select coalesce(sum(row_count), 0) from mart.unresolved
        where reason = 'unit_of_measure') as unconverted_kpi_row_count,
    (select coalesce(sum(row_count), 0) from mart.unresolved
        where dataset = 'activities' and reason = 'unknown_unit')
        as unresolved_activity_row_count,
    (select coalesce(sum(row_count), 0) from mart.unresolved
        where reason = 'no_bridge') as unbridged_activity_row_count
from mart.totals as totals
cross join mart.build_info as info
