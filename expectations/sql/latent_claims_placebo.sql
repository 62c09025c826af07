-- Claims to be verified by a KPI that is there for comparison only.
select incoming._row, incoming._sheet, incoming.verifying_kpi as value
from incoming
inner join kpi_terms as terms on incoming.verifying_kpi = terms.spelling
where exists (
    select 1
    from known.kpi_definitions as defined
    where defined.kpi_id = terms.kpi_id and defined.is_placebo
)
