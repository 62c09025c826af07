-- Every spelling of a KPI with what the register says of it now and the family of its measure.
with defined as (
    select
        kpi_id,
        max_by(unit_of_measure, valid_from) as measure,
        max_by(aggregation, valid_from) as aggregation,
        min(valid_from) as since
    from known.kpi_definitions
    group by kpi_id
)
select
    names.spelling,
    defined.kpi_id,
    defined.measure,
    defined.aggregation,
    defined.since,
    measures.family,
    measures.factor
from model.kpi_spellings as names
inner join defined on names.kpi_id = defined.kpi_id
left join accepted.units_of_measure as measures on defined.measure = measures.spelling
